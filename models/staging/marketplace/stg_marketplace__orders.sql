-- Grain: one order placed on a marketplace; the rows of base_marketplace__orders that
-- stand.
with stg_marketplace__orders as (

    select
        marketplace,
        order_id,
        buyer_id,
        relay_email,
        email_status,
        reconciliation_key,
        ordered_at,
        currency_code,
        gross_amount,
        country_code,
        _file,
        _line
    from {{ ref('base_marketplace__orders') }}
    where rejected_because is null

)

select * from stg_marketplace__orders
