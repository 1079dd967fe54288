-- Grain: hit x role x place. Impressions are what a list showed, actions what the hit did
-- something with, promotions the banners; one hit may hold all three. Quantity stays NULL
-- where the site sent none: nobody knows that it was one.
-- The export's own names are in mixed case.
{{ config(**by_day()) }}
-- noqa: disable=CP02

with products as (

    select * from {{ ref('base_ga360__products') }}

),

promotions as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        is_promotion_click,
        promotions as banners
    from {{ ref('base_ga360__hits') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null
        and promotion_count > 0

),

sessions as (

    select
        session_part_key,
        session_key,
        visitor_key,
        is_provisional
    from {{ ref('base_ga360__sessions') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null

),

stg_ga360__hit_products as (

    select
        products.hit_key,
        sessions.session_key,
        sessions.visitor_key,
        products.property,
        products.report_date,
        products.hit_at,
        sessions.is_provisional,
        products.product_seq,
        products.product_role,
        products.ecommerce_action,
        {{ scrub_email(not_set('products.product_id')) }} as product_id,
        {{ scrub(not_set('products.product_name')) }} as product_name,
        {{ not_set('products.brand') }} as brand,
        {{ not_set('products.variant') }} as variant,
        {{ not_set('products.category') }} as category,
        {{ not_set('products.list_name') }} as list_name,
        {{ to_int('products.list_position') }} as list_position,
        {{ to_int('products.quantity') }} as quantity,
        {{ money_from_micros('products.unit_price') }} as unit_price,
        {{ money_from_micros('products.line_revenue') }} as line_revenue,
        {{ money_from_micros('products.refund_amount') }} as refund_amount,
        {{ scrub(not_set('products.coupon_code')) }} as coupon_code,
        cast(null as string) as promo_id,
        cast(null as string) as promo_name,
        cast(null as string) as promo_position
    from products
    inner join sessions on products.session_part_key = sessions.session_part_key
    union all
    select
        promotions.hit_key,
        sessions.session_key,
        sessions.visitor_key,
        promotions.property,
        promotions.report_date,
        promotions.hit_at,
        sessions.is_provisional,
        banner_offset + 1 as product_seq,
        'promotion' as product_role,
        case
            when promotions.is_promotion_click then 'promo_click' else 'promo_view'
        end as ecommerce_action,
        cast(null as string) as product_id,
        cast(null as string) as product_name,
        cast(null as string) as brand,
        cast(null as string) as variant,
        cast(null as string) as category,
        cast(null as string) as list_name,
        cast(null as int64) as list_position,
        cast(null as int64) as quantity,
        cast(null as {{ type_money() }}) as unit_price,
        cast(null as {{ type_money() }}) as line_revenue,
        cast(null as {{ type_money() }}) as refund_amount,
        cast(null as string) as coupon_code,
        {{ not_set('banner.promoId') }} as promo_id,
        {{ scrub(not_set('banner.promoName')) }} as promo_name,
        {{ not_set('banner.promoPosition') }} as promo_position
    from promotions
    inner join sessions on promotions.session_part_key = sessions.session_part_key
    cross join {{ unnest_numbered('promotions.banners', 'banner') }}

)

select * from stg_ga360__hit_products
