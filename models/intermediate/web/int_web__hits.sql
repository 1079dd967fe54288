-- Grain: one hit, whichever analytics wrote it; GA4 and Adobe join here by another branch.
-- Whether a transaction row is a duplicate is seen across days, so it is joined when read.
{{ config(materialized='view', tags=['by_day_view']) }}

with hits as (

    select *
    from {{ ref('stg_ga360__hits') }}

),

transactions as (

    select
        property,
        source_system,
        transaction_id,
        hit_key
    from {{ ref('int_web__transactions') }}

),

int_web__hits as (

    select
        hits.hit_key,
        hits.session_key,
        hits.session_part_key,
        hits.visitor_key,
        hits.source_system,
        hits.property,
        hits.source_table_kind,
        hits.is_provisional,
        hits.report_date,
        hits.session_report_date,
        hits.hit_seq,
        hits.hit_at,
        hits.arrived_at,
        hits.session_started_at,
        hits.visit_number,
        hits.visitor_id,
        hits.client_id,
        hits.hit_type,
        hits.event_name,
        hits.event_category,
        hits.event_action,
        hits.event_label,
        hits.is_interaction,
        hits.counts_as_session,
        hits.is_excluded,
        hits.exclusion_reason,
        hits.page_host,
        hits.page_path,
        hits.page_title,
        hits.referrer_host,
        hits.ecommerce_action,
        hits.checkout_step,
        hits.checkout_option,
        hits.transaction_id,
        hits.transaction_revenue,
        hits.transaction_tax,
        hits.transaction_shipping,
        hits.refund_amount,
        hits.currency_code,
        hits.coupon_code,
        coalesce(
            transactions.hit_key <> hits.hit_key and hits.ecommerce_action <> 'refund',
            false
        ) as is_duplicate_transaction,
        hits.consent_analytics,
        hits.consent_ads,
        hits.traffic_source,
        hits.traffic_medium,
        hits.traffic_campaign,
        hits.traffic_scope,
        hits.device_category,
        hits.country,
        hits.export_at
    from hits
    left join transactions
        on hits.source_system = transactions.source_system
        and hits.property = transactions.property
        and hits.transaction_id = transactions.transaction_id

)

select * from int_web__hits
