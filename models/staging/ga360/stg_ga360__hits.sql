-- Grain: one hit that stands, with what its session part says about it. `hit_at` counts
-- from the start of the part, not of the visit. The order of hits is hit_seq: neighbours
-- may share a millisecond.
{{ config(tags=['by_day_view']) }}

with hits as (

    select * from {{ ref('base_ga360__hits') }}
    where rejected_because is null

),

sessions as (

    select * from {{ ref('stg_ga360__sessions') }}

),

excluded_hosts as (

    select
        matched_text,
        exclusion_reason
    from {{ ref('base_ga360__exclusions') }}
    where rule_kind = 'host'

),

stg_ga360__hits as (

    select
        hits.hit_key,
        sessions.session_key,
        hits.session_part_key,
        sessions.visitor_key,
        sessions.source_system,
        hits.property,
        sessions.source_table_kind,
        sessions.is_provisional,
        hits.report_date,
        sessions.report_date as session_report_date,
        hits.hit_seq,
        hits.hit_at,
        sessions.arrived_at,
        sessions.session_started_at,
        sessions.visit_number,
        sessions.visitor_id,
        sessions.client_id,
        case
            when hits.raw_hit_type = 'EVENT' and not hits.has_event then 'timing'
            when hits.raw_hit_type = 'APPVIEW' then 'screen'
            when hits.raw_hit_type in (
                'PAGE', 'EVENT', 'TRANSACTION', 'ITEM', 'SOCIAL', 'EXCEPTION'
            ) then {{ lower_case('hits.raw_hit_type') }}
            else 'other'
        end as hit_type,
        hits.event_category
            || coalesce('/' || hits.event_action, '')
            || coalesce('/' || hits.event_label, '') as event_name,
        hits.event_category,
        hits.event_action,
        hits.event_label,
        hits.is_interaction,
        sessions.counts_as_session,
        coalesce(sessions.exclusion_reason, excluded_hosts.exclusion_reason) is not null
            as is_excluded,
        coalesce(sessions.exclusion_reason, excluded_hosts.exclusion_reason)
            as exclusion_reason,
        hits.page_host,
        hits.page_path,
        hits.page_title,
        hits.referrer_host,
        {{ ga360_action('hits.action_code', 'hits.impression_count', 'hits.promotion_count',
            'hits.is_promotion_click') }} as ecommerce_action,
        hits.checkout_step,
        hits.checkout_option,
        hits.transaction_id,
        hits.transaction_revenue,
        hits.transaction_tax,
        hits.transaction_shipping,
        hits.refund_amount,
        hits.currency_code,
        hits.coupon_code,
        sessions.consent_analytics,
        sessions.consent_ads,
        sessions.traffic_source,
        sessions.traffic_medium,
        sessions.traffic_campaign,
        'session' as traffic_scope,
        sessions.device_category,
        sessions.country,
        sessions.export_at,
        hits.scrubbed_field_count,
        hits._file
    from hits
    inner join sessions
        on hits.session_part_key = sessions.session_part_key
        and hits.report_date = sessions.report_date
    left join excluded_hosts on hits.page_host = excluded_hosts.matched_text

)

select * from stg_ga360__hits
