-- Grain: one visit of a visitor, whole again where midnight has cut it in parts. What
-- describes a visit (source, channel, device) is what its first part says. Lane: where a
-- site asks for consent, a visit without a yes to analytics is exempt and meets no
-- person; before its property's first answer ever, the house's variable decides. Beyond
-- the life of a cookie, counted from the first visit with it, an exempt visit is a
-- browser of its own.
with parts as (

    select
        *,
        -- The least of a visit is its first part's; a window would sort all parts.
        coalesce({{ timestamp_text('started_at') }}, '9') || session_part_key as part_order
    from {{ ref('int_web__session_parts') }}
    where arrived_at <= {{ as_of() }}

),

cookies as (

    select
        visitor_key,
        min(started_at) as seen_at
    from parts
    group by visitor_key

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

cookie_life as (

    select min(months) as months
    from {{ ref('retention_policies') }}
    where retention_class = 'cookie'
        and valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

first_answers as (

    select
        property,
        min(started_at) as asks_since
    from parts
    where consent_analytics in ('granted', 'denied')
    group by property

),

int_web__sessions as (

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
        totals.has_opt_out_signal,
        case
            when totals.consent_analytics = 'granted' then 'consented'
            when totals.consent_analytics = 'denied' then 'exempt'
            when parts.started_at >= first_answers.asks_since then 'exempt'
            else '{{ var("web_lane_before_first_answer") }}'
        end as lane,
        coalesce(
            parts.started_at
            > {{ add_months('cookies.seen_at', 'cookie_life.months') }},
            false
        ) as is_cookie_too_old
    from parts
    inner join totals on parts.part_order = totals.first_part
    left join cookies on parts.visitor_key = cookies.visitor_key
    cross join cookie_life
    left join first_answers on parts.property = first_answers.property

)

select * from int_web__sessions
