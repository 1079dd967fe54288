-- Grain: hit x role x place. Impressions are what a list showed, actions what the hit did
-- something with, promotions the banners; one hit may hold all three. Quantity stays NULL
-- where the site sent none: nobody knows that it was one. Parts are met by day, so that one
-- that two days' exports hold is no two of each (primary_key of stg_ga360__sessions fails then).
{{ config(**by_day()) }}

with products as (

    select * from {{ ref('base_ga360__products') }}

),

promotions as (

    select * from {{ ref('base_ga360__promotions') }}

),

sessions as (

    select
        session_part_key,
        report_date,
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
        cast(null as string) as promo_position,
        {{ unreadable_fields({
            'list_position': to_int('list_position'),
            'quantity': to_int('quantity'),
            'unit_price': money_from_micros('unit_price'),
            'line_revenue': money_from_micros('line_revenue'),
            'refund_amount': money_from_micros('refund_amount'),
            'is_impression': "nullif(lower(is_impression) in ('true', 'false'), false)",
        }) }} as unreadable_fields
    from products
    inner join sessions
        on products.session_part_key = sessions.session_part_key
        and products.report_date = sessions.report_date
    union all
    select
        promotions.hit_key,
        sessions.session_key,
        sessions.visitor_key,
        promotions.property,
        promotions.report_date,
        promotions.hit_at,
        sessions.is_provisional,
        promotions.product_seq,
        promotions.product_role,
        promotions.ecommerce_action,
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
        {{ not_set('promotions.promo_id') }} as promo_id,
        {{ scrub(not_set('promotions.promo_name')) }} as promo_name,
        {{ not_set('promotions.promo_position') }} as promo_position,
        cast(null as string) as unreadable_fields
    from promotions
    inner join sessions
        on promotions.session_part_key = sessions.session_part_key
        and promotions.report_date = sessions.report_date

)

select * from stg_ga360__hit_products
