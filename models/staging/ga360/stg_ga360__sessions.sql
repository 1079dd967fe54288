-- Grain: one session part: a visit, or the share of a visit behind the midnight of the
-- property's time zone. Parts of bots stay, marked. Consent comes from the export's own
-- field, else from the slot the house configured for sessions; stg_ga360__hit_consents has
-- what hits say.
{{ config(tags=['by_day_view']) }}

with sessions as (

    select *
    from {{ ref('base_ga360__sessions') }}
    where rejected_because is null

),

excluded_browsers as (

    select
        matched_text,
        exclusion_reason
    from {{ ref('base_ga360__exclusions') }}
    where rule_kind = 'browser'

),

consent_slots as (

    select
        property,
        min(case meaning when 'consent_analytics' then {{ to_int('slot_index') }} end)
            as analytics_slot,
        min(case meaning when 'opt_out_signal' then {{ to_int('slot_index') }} end)
            as signal_slot
    from {{ ref('web_key_slots') }}
    where
        source_system = 'ga360'
        and meaning in ('consent_analytics', 'opt_out_signal')
        and slot_scope <> 'hit'
    group by property

),

stg_ga360__sessions as (

    select
        sessions.session_part_key,
        sessions.session_key,
        sessions.visitor_key,
        sessions.source_system,
        sessions.property,
        sessions.source_table_kind,
        sessions.is_provisional,
        sessions.report_date,
        sessions.visitor_id,
        sessions.client_id,
        sessions.user_id,
        sessions.visit_id,
        sessions.visit_number,
        sessions.session_started_at,
        sessions.arrived_at,
        sessions.export_at,
        sessions.counts_as_session,
        sessions.traffic_source,
        sessions.traffic_medium,
        sessions.traffic_campaign,
        sessions.browser,
        sessions.device_category,
        sessions.country,
        case
            when sessions.consent_analytics <> 'unknown' then sessions.consent_analytics
            else {{ consent_state(
                indexed_value('sessions.custom_dimensions', 'consent_slots.analytics_slot')
            ) }}
        end as consent_analytics,
        sessions.consent_ads,
        {{ consent_state(
            indexed_value('sessions.custom_dimensions', 'consent_slots.signal_slot')
        ) }} = 'granted' as has_opt_out_signal,
        sessions.custom_dimensions,
        sessions.hit_count,
        case
            when excluded_browsers.exclusion_reason is not null
                then excluded_browsers.exclusion_reason
            when sessions.hit_count > {{ var('web_max_hits_per_session') }}
                then 'too_many_hits'
        end as exclusion_reason,
        sessions._file
    from sessions
    left join excluded_browsers on sessions.browser = excluded_browsers.matched_text
    left join consent_slots on sessions.property = consent_slots.property

)

select * from stg_ga360__sessions
