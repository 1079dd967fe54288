-- Grain: one session part. Counts are of hits that stand; a part on a test host is
-- excluded whole. Parts are put together in int_web__sessions.
{{ config(**by_day()) }}

with sessions as (

    select *
    from {{ ref('stg_ga360__sessions') }}
    where {{ in_days_to_build('report_date') }}

),

hits as (

    select
        session_part_key,
        hit_at,
        hit_type,
        ecommerce_action,
        is_excluded
    from {{ ref('int_web__hits') }}
    where {{ in_days_to_build('report_date', 'session_report_date') }}

),

hit_consents as (

    select
        session_part_key,
        consent_analytics,
        has_opt_out_signal
    from {{ ref('stg_ga360__hit_consents') }}

),

hit_counts as (

    select
        session_part_key,
        count(*) as hit_count,
        countif(hit_type = 'page') as page_view_count,
        countif(ecommerce_action = 'detail') as product_view_count,
        min(hit_at) as started_at,
        max(hit_at) as ended_at,
        {{ any_true('is_excluded') }} as is_excluded
    from hits
    group by session_part_key

),

channels as (

    select
        traffic_source,
        traffic_medium,
        channel
    from {{ ref('int_web__campaign_channels') }}

),

int_web__session_parts as (

    select
        sessions.session_part_key,
        sessions.session_key,
        sessions.visitor_key,
        sessions.visitor_id,
        sessions.client_id,
        sessions.source_system,
        sessions.property,
        sessions.report_date,
        coalesce(hit_counts.started_at, sessions.session_started_at) as started_at,
        coalesce(hit_counts.ended_at, sessions.session_started_at) as ended_at,
        sessions.arrived_at,
        coalesce(hit_counts.hit_count, 0) as hit_count,
        coalesce(hit_counts.page_view_count, 0) as page_view_count,
        coalesce(hit_counts.product_view_count, 0) as product_view_count,
        sessions.traffic_source,
        sessions.traffic_medium,
        sessions.traffic_campaign,
        coalesce(channels.channel, 'other') as channel,
        sessions.device_category,
        sessions.country,
        case
            when hit_consents.consent_analytics = 'denied' then 'denied'
            when sessions.consent_analytics <> 'unknown' then sessions.consent_analytics
            else coalesce(hit_consents.consent_analytics, 'unknown')
        end as consent_analytics,
        sessions.consent_ads,
        sessions.has_opt_out_signal
            or coalesce(hit_consents.has_opt_out_signal, false) as has_opt_out_signal,
        sessions.is_provisional,
        sessions.exclusion_reason is not null
            or coalesce(hit_counts.is_excluded, false) as is_excluded,
        sessions.counts_as_session
    from sessions
    left join hit_counts on sessions.session_part_key = hit_counts.session_part_key
    left join hit_consents on sessions.session_part_key = hit_consents.session_part_key
    left join channels
        on sessions.traffic_source is not distinct from channels.traffic_source
        and sessions.traffic_medium is not distinct from channels.traffic_medium

)

select * from int_web__session_parts
