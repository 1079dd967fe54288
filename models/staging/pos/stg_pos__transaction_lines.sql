-- Grain: one line of a till receipt; the rows of base_pos__transaction_lines that
-- stand.
with stg_pos__transaction_lines as (

    select
        transaction_id,
        line_number,
        sku,
        quantity,
        unit_price,
        discount_amount,
        net_amount,
        is_gift,
        _file,
        _line
    from {{ ref('base_pos__transaction_lines') }}
    where rejected_because is null

)

select * from stg_pos__transaction_lines
