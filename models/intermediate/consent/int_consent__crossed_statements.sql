{{ config(materialized='view') }}
-- Grain: one denial by an address or a number, once more under another key: between
-- jurisdictions a no goes over, a yes never. Empty where all rows are under one key.
with aliases as (

    select
        identifier_type,
        identifier_value,
        other_value
    from {{ ref('key_aliases') }}

),

of_the_log as (

    select
        'consent' as feed,
        events.consent_event_id,
        events.source_system,
        aliases.identifier_type as subject_type,
        aliases.other_value as subject_key,
        events.purpose,
        events.recipient,
        events.status,
        events.occurred_at,
        events.received_at,
        events.country_code,
        events.text_version,
        events.proof_ref
    from {{ ref('stg_consent__consent_events') }} as events
    inner join aliases
        on events.subject_key = aliases.identifier_value
    where
        events.status <> 'granted'
        and events.subject_type in ('email', 'email_sha256', 'phone')

),

implied as (

    select
        statements.feed,
        statements.consent_event_id,
        statements.source_system,
        aliases.identifier_type as subject_type,
        aliases.other_value as subject_key,
        statements.purpose,
        statements.recipient,
        statements.status,
        statements.occurred_at,
        statements.received_at,
        statements.country_code,
        cast(null as string) as text_version,
        statements.consent_event_id as proof_ref
    from {{ ref('int_consent__implied_statements') }} as statements
    inner join aliases
        on statements.subject_key = aliases.identifier_value
    where
        statements.status <> 'granted'
        and statements.subject_type in ('email', 'email_sha256', 'phone')

),

int_consent__crossed_statements as (

    select * from of_the_log
    union all
    select * from implied

)

select * from int_consent__crossed_statements
