{{ config(materialized='view') }}
-- Grain: one counted web session. A session on a tablet that stands in a boutique is a
-- visit of the boutique, not of the site: else every account opened at the counter
-- would look like research at home.
with sessions as (

    select
        session_key,
        source_system,
        started_at,
        channel,
        is_provisional
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and counts_as_session
        and not is_excluded

),

boutique_sessions as (

    select
        session_key,
        store_id
    from {{ ref('int_activity__boutique_sessions') }}

),

int_activity__web_visits as (

    select
        {{ key(["'session'", 'sessions.session_key']) }} as touchpoint_key,
        case
            when boutique_sessions.session_key is null then 'web_visit'
            else 'boutique_tablet_visit'
        end as touchpoint_type,
        sessions.source_system,
        sessions.session_key as source_id,
        sessions.started_at as occurred_at,
        boutique_sessions.store_id,
        sessions.channel as traffic_channel,
        sessions.session_key,
        sessions.is_provisional
    from sessions
    left join boutique_sessions
        on sessions.session_key = boutique_sessions.session_key

)

select * from int_activity__web_visits
