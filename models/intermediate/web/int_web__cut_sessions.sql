-- Grain: one visit that midnight has cut, put together from its parts as known at as_of.
-- What describes it (source, channel, device) is what its first part says. There are few:
-- every other visit is its only part, and int_web__sessions takes it from there.
with cut as (

    select session_key
    from {{ ref('int_web__session_parts') }}
    where arrived_at <= {{ as_of() }}
    group by session_key
    having count(*) > 1

),

parts as (

    select
        session_parts.*,
        -- The least of a visit is its first part's.
        coalesce({{ timestamp_text('started_at') }}, '9') || session_part_key as part_order
    from {{ ref('int_web__session_parts') }} as session_parts
    inner join cut on session_parts.session_key = cut.session_key
    where session_parts.arrived_at <= {{ as_of() }}

),

totals as (

    select
        session_key,
        min(part_order) as first_part,
        max(ended_at) as ended_at,
        max(arrived_at) as arrived_at,
        sum(hit_count) as hit_count,
        sum(page_view_count) as page_view_count,
        sum(product_view_count) as product_view_count,
        {{ any_true('is_provisional') }} as is_provisional,
        {{ any_true('is_excluded') }} as is_excluded,
        {{ any_true('counts_as_session') }} as counts_as_session,
        case
            when {{ any_true("consent_analytics = 'denied'") }} then 'denied'
            when {{ any_true("consent_analytics = 'granted'") }} then 'granted'
            else 'unknown'
        end as consent_analytics,
        {{ any_true("consent_ads = 'denied'") }} as has_denied_ads,
        {{ any_true('has_opt_out_signal') }} as has_opt_out_signal
    from parts
    group by session_key

),

int_web__cut_sessions as (

    select
        parts.session_key,
        parts.visitor_key,
        parts.source_system,
        parts.property,
        parts.visitor_id,
        parts.report_date,
        parts.started_at,
        totals.ended_at,
        totals.arrived_at,
        cast(totals.hit_count as int64) as hit_count,
        cast(totals.page_view_count as int64) as page_view_count,
        cast(totals.product_view_count as int64) as product_view_count,
        parts.traffic_source,
        parts.traffic_medium,
        parts.traffic_campaign,
        parts.channel,
        parts.device_category,
        parts.country,
        totals.is_provisional,
        totals.is_excluded,
        totals.counts_as_session,
        totals.consent_analytics,
        totals.has_denied_ads,
        totals.has_opt_out_signal
    from parts
    inner join totals on parts.part_order = totals.first_part

)

select * from int_web__cut_sessions
