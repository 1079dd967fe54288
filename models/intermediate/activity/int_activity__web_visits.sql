{{ config(materialized='view') }}
-- Grain: one counted web session. A session on a tablet that stands in a boutique is a
-- visit of the boutique, not of the site: else every account opened at the counter
-- would look like research at home.
with sessions as (

    select
        session_key,
        visitor_key,
        source_system,
        started_at,
        channel,
        is_provisional
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and counts_as_session
        and not is_excluded

),

store_devices as (

    select visitor_key
    from {{ ref('int_identity__visitors') }}
    where is_store_device

),

int_activity__web_visits as (

    select
        {{ key(["'session'", 'sessions.session_key']) }} as touchpoint_key,
        case
            when store_devices.visitor_key is null then 'web_visit'
            else 'boutique_tablet_visit'
        end as touchpoint_type,
        sessions.source_system,
        sessions.session_key as source_id,
        sessions.started_at as occurred_at,
        sessions.channel as traffic_channel,
        sessions.session_key,
        sessions.is_provisional
    from sessions
    left join store_devices
        on sessions.visitor_key = store_devices.visitor_key

)

select * from int_activity__web_visits
