-- Grain: one product or promotion of a hit that stands, as exported, with its place in its
-- role. A hit may show impressions beside the products it acts on; only then does the place
-- have to be counted, for in all other hits it is the place in the list.
{{ config(materialized='view') }}

with hits as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        action_code,
        is_promotion_click,
        product_count,
        impression_count,
        products,
        promotions
    from {{ ref('base_ga360__hits') }}
    where rejected_because is null

),

of_one_role as (

    select
        hits.hit_key,
        hits.session_part_key,
        hits.property,
        hits.report_date,
        hits.hit_at,
        hits.action_code,
        product_offset + 1 as product_seq,
        product
    from hits
    cross join {{ unnest_numbered('hits.products', 'product') }}
    where hits.impression_count in (0, hits.product_count)

),

of_two_roles as (

    select
        hits.hit_key,
        hits.session_part_key,
        hits.property,
        hits.report_date,
        hits.hit_at,
        hits.action_code,
        row_number() over (
            partition by hits.hit_key, coalesce(lower(product.isImpression) = 'true', false)
            order by product_offset asc nulls last
        ) as product_seq,
        product
    from hits
    cross join {{ unnest_numbered('hits.products', 'product') }}
    where hits.impression_count not in (0, hits.product_count)

),

products as (

    select * from of_one_role
    union all
    select * from of_two_roles

),

placed_products as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        product_seq,
        case
            when lower(product.isImpression) = 'true' then 'impression'
            else 'action'
        end as product_role,
        case
            when lower(product.isImpression) = 'true' then 'list_view'
            else {{ ga360_action('action_code') }}
        end as ecommerce_action,
        product.productSKU as product_id,
        product.v2ProductName as product_name,
        product.productBrand as brand,
        product.productVariant as variant,
        product.v2ProductCategory as category,
        product.productListName as list_name,
        product.productListPosition as list_position,
        product.productQuantity as quantity,
        product.productPrice as unit_price,
        product.productRevenue as line_revenue,
        product.productRefundAmount as refund_amount,
        product.productCouponCode as coupon_code,
        cast(null as string) as promo_id,
        cast(null as string) as promo_name,
        cast(null as string) as promo_position
    from products

),

placed_promotions as (

    select
        hits.hit_key,
        hits.session_part_key,
        hits.property,
        hits.report_date,
        hits.hit_at,
        promotion_offset + 1 as product_seq,
        'promotion' as product_role,
        case
            when hits.is_promotion_click then 'promo_click' else 'promo_view'
        end as ecommerce_action,
        promotion.promoId as promo_id,
        promotion.promoName as promo_name,
        promotion.promoPosition as promo_position
    from hits
    cross join {{ unnest_numbered('hits.promotions', 'promotion') }}

),

base_ga360__products as (

    select * from placed_products
    union all
    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        product_seq,
        product_role,
        ecommerce_action,
        cast(null as string) as product_id,
        cast(null as string) as product_name,
        cast(null as string) as brand,
        cast(null as string) as variant,
        cast(null as string) as category,
        cast(null as string) as list_name,
        cast(null as string) as list_position,
        cast(null as string) as quantity,
        cast(null as string) as unit_price,
        cast(null as string) as line_revenue,
        cast(null as string) as refund_amount,
        cast(null as string) as coupon_code,
        promo_id,
        promo_name,
        promo_position
    from placed_promotions

)

select * from base_ga360__products
