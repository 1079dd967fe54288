-- Grain: one order of the house's own shop; the rows of base_ecommerce__orders that
-- stand.
with stg_ecommerce__orders as (

    select
        order_id,
        customer_id,
        source_system,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
        ordered_at,
        status,
        currency_code,
        gross_amount,
        shipping_country_code,
        is_guest_checkout,
        _file,
        _line
    from {{ ref('base_ecommerce__orders') }}
    where rejected_because is null

)

select * from stg_ecommerce__orders
