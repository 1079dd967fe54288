-- Grain: one banner of a hit that stands, as exported, with its place. Part of the statement that
-- reads it, as base_ga360__products, whose columns are named alike. The export has names in mixed
-- case, and elements of arrays look like tables to the linter.
{{ config(materialized='ephemeral') }}
-- noqa: disable=CP02,RF01
with hits as (

    select
        hit_key,
        session_part_key,
        property,
        report_date,
        hit_at,
        is_promotion_click,
        promotions
    from {{ ref('base_ga360__hits') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null
        and promotion_count > 0

),

base_ga360__promotions as (

    select
        hits.hit_key,
        hits.session_part_key,
        hits.property,
        hits.report_date,
        hits.hit_at,
        promotion_offset + 1 as product_seq,
        'promotion' as product_role,
        case when hits.is_promotion_click then 'promo_click' else 'promo_view' end
            as ecommerce_action,
        promotion.promoId as promo_id,
        promotion.promoName as promo_name,
        promotion.promoPosition as promo_position
    from hits
    cross join {{ unnest_numbered('hits.promotions', 'promotion') }}

)

select * from base_ga360__promotions
