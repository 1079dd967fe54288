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

campaigns as (

    select
        traffic_source,
        traffic_medium,
        lower(coalesce(traffic_source, '')) as source_text,
        lower(coalesce(traffic_medium, '')) as medium_text
    from sessions
    group by traffic_source, traffic_medium

),

rules as (

    select
        rule_order,
        source_pattern,
        medium_pattern,
        channel
    from {{ ref('web_channel_rules') }}

),

channels as (

    select
        campaigns.traffic_source,
        campaigns.traffic_medium,
        rules.channel
    from campaigns
    inner join rules
        on {{ regexp_contains_column('campaigns.source_text', 'rules.source_pattern') }}
        and {{ regexp_contains_column('campaigns.medium_text', 'rules.medium_pattern') }}
    qualify row_number() over (
        partition by campaigns.traffic_source, campaigns.traffic_medium
        order by rules.rule_order asc nulls last
    ) = 1

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
        sessions.is_provisional,
        sessions.exclusion_reason is not null
            or coalesce(hit_counts.is_excluded, false) as is_excluded,
        sessions.counts_as_session
    from sessions
    left join hit_counts on sessions.session_part_key = hit_counts.session_part_key
    left join channels
        on sessions.traffic_source is not distinct from channels.traffic_source
        and sessions.traffic_medium is not distinct from channels.traffic_medium

)

select * from int_web__session_parts
