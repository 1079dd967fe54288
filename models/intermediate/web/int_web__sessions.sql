-- Grain: one visit of a visitor, whole again where midnight has cut it in parts. What
-- describes a visit (source, channel, device) is what its first part says. Lane: where a
-- site asks for consent, a visit without a yes to analytics is exempt and meets no
-- person; before its property's first answer ever, the house's variable decides. Beyond
-- the life of a cookie, counted from the first visit with it, an exempt visit is a
-- browser of its own.
with parts as (

    select *
    from {{ ref('int_web__session_parts') }}
    where arrived_at <= {{ as_of() }}

),

first_parts as (

    select
        *,
        min(started_at) over (partition by visitor_key) as cookie_seen_at
    from parts
    qualify row_number() over (
        partition by session_key
        order by started_at asc nulls last, session_part_key asc nulls last
    ) = 1

),

totals as (

    select
        session_key,
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
    where
        retention_class = 'cookie'
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
        first_parts.session_key,
        first_parts.visitor_key,
        first_parts.source_system,
        first_parts.property,
        first_parts.visitor_id,
        first_parts.report_date,
        first_parts.started_at,
        totals.ended_at,
        totals.arrived_at,
        cast(totals.hit_count as int64) as hit_count,
        cast(totals.page_view_count as int64) as page_view_count,
        cast(totals.product_view_count as int64) as product_view_count,
        first_parts.traffic_source,
        first_parts.traffic_medium,
        first_parts.traffic_campaign,
        first_parts.channel,
        first_parts.device_category,
        first_parts.country,
        totals.is_provisional,
        totals.is_excluded,
        totals.counts_as_session,
        totals.consent_analytics,
        totals.has_denied_ads,
        totals.has_opt_out_signal,
        case
            when totals.consent_analytics = 'granted' then 'consented'
            when totals.consent_analytics = 'denied' then 'exempt'
            when first_parts.started_at >= first_answers.asks_since then 'exempt'
            else '{{ var("web_lane_before_first_answer") }}'
        end as lane,
        coalesce(
            first_parts.started_at
            > {{ add_months('first_parts.cookie_seen_at', 'cookie_life.months') }},
            false
        ) as is_cookie_too_old
    from first_parts
    cross join cookie_life
    inner join totals on first_parts.session_key = totals.session_key
    left join first_answers on first_parts.property = first_answers.property

)

select * from int_web__sessions
