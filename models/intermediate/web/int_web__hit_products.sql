-- Grain: hit x role x place, whichever analytics wrote it; GA4 and Adobe join here by
-- another branch. Read it by role: impressions are many and say little.
{{ config(materialized='view', tags=['by_day_view']) }}

with ga360_products as (

    select
        hit_key,
        session_key,
        visitor_key,
        property,
        report_date,
        hit_at,
        is_provisional,
        product_seq,
        product_role,
        ecommerce_action,
        product_id,
        product_name,
        brand,
        variant,
        category,
        list_name,
        list_position,
        quantity,
        unit_price,
        line_revenue,
        refund_amount,
        coupon_code,
        promo_id,
        promo_name,
        promo_position
    from {{ ref('stg_ga360__hit_products') }}

),

int_web__hit_products as (

    select * from ga360_products

)

select * from int_web__hit_products
