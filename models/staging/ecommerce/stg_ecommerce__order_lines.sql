-- Grain: one line of a shop order; the rows of base_ecommerce__order_lines that stand.
with stg_ecommerce__order_lines as (

    select
        order_id,
        line_number,
        sku,
        quantity,
        unit_price,
        net_amount,
        returned_quantity,
        returned_at,
        _file,
        _line
    from {{ ref('base_ecommerce__order_lines') }}
    where rejected_because is null

)

select * from stg_ecommerce__order_lines
