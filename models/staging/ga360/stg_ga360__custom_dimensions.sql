-- Grain: one configured slot with a value, on a session part (session and user scope, the
-- userId field) or a hit, unless it names someone erased. Values are raw, e-mails among them:
-- only int_web__reconciliation_keys and, for banners, stg_ga360__hit_consents may read them.
{{ config(**by_day()) }}

with sessions as (

    select
        session_part_key,
        session_key,
        visitor_key,
        property,
        report_date,
        session_started_at,
        arrived_at,
        user_id,
        custom_dimensions
    from {{ ref('base_ga360__sessions') }}
    where {{ in_days_to_build('report_date') }} and rejected_because is null

),

hits as (

    select
        hit_key,
        session_part_key,
        report_date,
        hit_at,
        custom_dimensions
    from {{ ref('base_ga360__hits') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null
        and {{ array_length_of('custom_dimensions') }} > 0

),

slots as (

    select
        property,
        slot_scope,
        {{ to_int('slot_index') }} as slot_index,
        slot_name,
        meaning,
        identifier_system
    from {{ ref('web_key_slots') }}
    where source_system = 'ga360'

),

session_values as (

    select
        sessions.session_part_key,
        sessions.session_key,
        sessions.visitor_key,
        sessions.property,
        sessions.report_date,
        cast(null as string) as hit_key,
        sessions.session_started_at as seen_at,
        sessions.arrived_at,
        slots.slot_scope,
        slots.slot_index,
        slots.slot_name,
        slots.meaning,
        slots.identifier_system,
        case
            when slots.slot_name = 'userId' then {{ not_set('sessions.user_id') }}
            else {{ indexed_value('sessions.custom_dimensions', 'slots.slot_index') }}
        end as raw_value
    from sessions
    inner join slots on sessions.property = slots.property
    where slots.slot_scope in ('session', 'user')

),

hit_values as (

    select
        sessions.session_part_key,
        sessions.session_key,
        sessions.visitor_key,
        sessions.property,
        sessions.report_date,
        hits.hit_key,
        hits.hit_at as seen_at,
        sessions.arrived_at,
        slots.slot_scope,
        slots.slot_index,
        slots.slot_name,
        slots.meaning,
        slots.identifier_system,
        {{ indexed_value('hits.custom_dimensions', 'slots.slot_index') }} as raw_value
    from hits
    inner join sessions
        on hits.session_part_key = sessions.session_part_key
        and hits.report_date = sessions.report_date
    inner join slots on sessions.property = slots.property
    where slots.slot_scope = 'hit'

),

landed_values as (

    select * from session_values
    union all
    select * from hit_values

),

stg_ga360__custom_dimensions as (

    select * from landed_values
    where raw_value is not null and not {{ slot_has_tombstone() }}

)

select * from stg_ga360__custom_dimensions
