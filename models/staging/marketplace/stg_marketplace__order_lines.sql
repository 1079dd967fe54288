-- Grain: one line of a marketplace order; the rows of base_marketplace__order_lines
-- that stand.
with stg_marketplace__order_lines as (

    select
        marketplace,
        order_id,
        line_number,
        sku,
        quantity,
        net_amount,
        _file,
        _line
    from {{ ref('base_marketplace__order_lines') }}
    where rejected_because is null

)

select * from stg_marketplace__order_lines
