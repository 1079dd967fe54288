-- Grain: one product of a hit that stands, as exported, with its place in its role, counted only
-- where a hit has both. Part of the statement that reads it: a filter would not get past an
-- unfolding, so days are chosen and lists made NULL before. Elements look like tables to sqlfluff.
{{ config(materialized='ephemeral') }}
-- noqa: disable=CP02,RF01
with one_role_hits as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        action_code,
        case
            when rejected_because is null and impression_count in (0, product_count)
                then products
        end as products
    from {{ ref('base_ga360__hits') }}
    where {{ in_days_to_build('report_date') }}

),

two_role_hits as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        action_code,
        case
            when rejected_because is null and impression_count not in (0, product_count)
                then products
        end as products
    from {{ ref('base_ga360__hits') }}
    where {{ in_days_to_build('report_date') }}

),

of_one_role as (

    select
        one_role_hits.hit_key,
        one_role_hits.session_part_key,
        one_role_hits.property,
        one_role_hits.report_date,
        one_role_hits.hit_at,
        one_role_hits.action_code,
        product_offset + 1 as product_seq,
        product
    from one_role_hits
    cross join {{ unnest_numbered('one_role_hits.products', 'product') }}

),

of_two_roles as (

    select
        two_role_hits.hit_key,
        two_role_hits.session_part_key,
        two_role_hits.property,
        two_role_hits.report_date,
        two_role_hits.hit_at,
        two_role_hits.action_code,
        row_number() over (
            partition by
                two_role_hits.hit_key, coalesce({{ is_impression('product') }}, false)
            order by product_offset asc nulls last, two_role_hits.hit_key asc nulls last
        ) as product_seq,
        product
    from two_role_hits
    cross join {{ unnest_numbered('two_role_hits.products', 'product') }}

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
            when {{ is_impression('product') }} then 'impression'
            else 'action'
        end as product_role,
        case
            when {{ is_impression('product') }} then 'list_view'
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
        cast(product.isImpression as string) as is_impression
    from products

)

select * from base_ga360__products
