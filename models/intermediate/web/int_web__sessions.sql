{{ config(materialized='view') }}
{%- set columns = [
    'session_key', 'visitor_key', 'source_system', 'property', 'visitor_id', 'report_date',
    'started_at', 'ended_at', 'arrived_at', 'hit_count', 'page_view_count',
    'product_view_count', 'traffic_source', 'traffic_medium', 'traffic_campaign', 'channel',
    'device_category', 'country', 'is_provisional', 'is_excluded', 'counts_as_session',
    'consent_analytics', 'has_opt_out_signal',
] %}
-- Grain: one visit of a visitor, whole again where midnight has cut it in parts. Lane:
-- where a site asks for consent, a visit without a yes to analytics is exempt and meets no
-- person; before its property's first answer ever, the house's variable decides. A view:
-- each reader takes a few columns of what the days hold, and to write all of them again
-- took four times what it takes to put the cut ones together.
with sessions as (

    select
        {%- for column in columns %}
        parts.{{ column }},
        {%- endfor %}
        coalesce(parts.consent_ads = 'denied', false) as has_denied_ads
    from {{ ref('int_web__session_parts') }} as parts
    left join {{ ref('int_web__cut_sessions') }} as cut
        on parts.session_key = cut.session_key
    where parts.arrived_at <= {{ as_of() }} and cut.session_key is null
    union all
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        has_denied_ads
    from {{ ref('int_web__cut_sessions') }}

),

first_answers as (

    select
        property,
        min(started_at) as asks_since
    from {{ ref('int_web__session_parts') }}
    where arrived_at <= {{ as_of() }} and consent_analytics in ('granted', 'denied')
    group by property

),

int_web__sessions as (

    select
        sessions.*,
        case
            when sessions.consent_analytics = 'granted' then 'consented'
            when sessions.consent_analytics = 'denied' then 'exempt'
            when sessions.started_at >= first_answers.asks_since then 'exempt'
            else '{{ var("web_lane_before_first_answer") }}'
        end as lane
    from sessions
    left join first_answers on sessions.property = first_answers.property

)

select * from int_web__sessions
