-- Grain: one landed hit of a session part that stands, as text. A hit number that returns
-- in one part is one hit told twice: the first stands, the others are marked. Part of the
-- statement that reads it: no filter on the day would reach the tables through an unfolding.
-- The export has names in mixed case, and elements of arrays look like tables to the linter.
{{ config(materialized='ephemeral') }}
-- noqa: disable=CP02,RF01

with exported as (

    select
        row_id,
        hits
    from {{ ref('base_ga360__exported_sessions') }}
    where {{ in_days_to_build('report_date') }}

),

-- Parts in which a hit number returns or is missing: hardly any, so only they are counted.
odd_exports as (

    select
        row_id,
        hits
    from {{ ref('base_ga360__exported_sessions') }}
    where
        {{ in_days_to_build('report_date') }}
        and hit_count > hit_number_count

),

sessions as (

    select
        row_id,
        session_part_key,
        report_date,
        property,
        visit_start_time,
        view_currency_code,
        _file,
        _line
    from {{ ref('base_ga360__sessions') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null

),

odd_hits as (

    select
        odd_exports.row_id,
        hit_offset,
        row_number() over (
            partition by odd_exports.row_id, {{ to_int('hit.hitNumber') }}
            order by hit_offset asc nulls last, odd_exports.row_id asc nulls last
        ) as occurrence
    from odd_exports
    cross join {{ unnest_numbered('odd_exports.hits', 'hit') }}

),

repeated_hits as (

    select
        row_id,
        array_agg(hit_offset order by hit_offset) as repeated_offsets
    from odd_hits
    where occurrence > 1
    group by row_id

),

base_ga360__landed_hits as (

    select
        sessions.session_part_key,
        sessions.report_date,
        sessions.property,
        sessions.visit_start_time,
        sessions.view_currency_code,
        sessions._file,
        sessions._line,
        {{ array_contains('repeated_hits.repeated_offsets', 'hit_offset') }} as is_repeated,
        hit.hitNumber as raw_hit_seq,
        hit.time as raw_millis,
        hit.type as raw_hit_type,
        hit.isInteraction as raw_is_interaction,
        hit.referer as raw_referer,
        hit.page.hostname as raw_host,
        hit.page.pagePath as raw_path,
        hit.page.pageTitle as raw_title,
        hit.eventInfo is not null as has_event,
        hit.eventInfo.eventCategory as raw_category,
        hit.eventInfo.eventAction as raw_action,
        hit.eventInfo.eventLabel as raw_label,
        hit.eCommerceAction.action_type as action_code,
        hit.eCommerceAction.step as raw_checkout_step,
        hit.eCommerceAction.option as raw_option,
        hit.transaction.transactionId as raw_transaction_id,
        hit.transaction.transactionRevenue as raw_transaction_revenue,
        hit.transaction.localTransactionRevenue as raw_local_revenue,
        hit.transaction.transactionTax as raw_transaction_tax,
        hit.transaction.transactionShipping as raw_transaction_shipping,
        hit.transaction.currencyCode as raw_currency,
        hit.transaction.transactionCoupon as raw_coupon,
        hit.refund.refundAmount as raw_refund_amount,
        hit.promotionActionInfo.promoIsClick as raw_is_promotion_click,
        hit.product as products,
        hit.promotion as promotions,
        hit.customDimensions as custom_dimensions
    from exported
    inner join sessions on exported.row_id = sessions.row_id
    left join repeated_hits on exported.row_id = repeated_hits.row_id
    cross join {{ unnest_numbered('exported.hits', 'hit') }}

)

select * from base_ga360__landed_hits
