-- Grain: one product of a hit that stands, as exported, with its place in its
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
        product_count,
        impression_count,
        products
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
            order by product_offset asc nulls last, hits.hit_key asc nulls last
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

base_ga360__products as (

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
        product.productCouponCode as coupon_code
    from products

)

select * from base_ga360__products
