-- Grain: one statement about consent that was rejected and yet is no clear yes: its
-- purpose, status, instant or number cannot be read, its subject can. It stands in
-- quarantine and counts as a denial (int_consent__ledger), until a readable version of
-- the same statement lands.
with rejected as (

    select *
    from {{ ref('base_consent__consent_events') }}
    where
        rejected_because in (
            'unknown_purpose', 'unknown_status', 'unusable_occurred_at', 'unusable_key'
        )
        and subject_key is not null
        and coalesce(status, 'unreadable') <> 'granted'

),

standing as (

    select
        consent_event_id,
        source_system
    from {{ ref('stg_consent__consent_events') }}

),

stg_consent__unreadable_events as (

    select
        rejected.consent_event_id,
        rejected.source_system,
        rejected.subject_type,
        rejected.subject_key,
        rejected.purpose,
        rejected.recipient,
        rejected.occurred_at,
        rejected.received_at,
        rejected.country_code,
        rejected.rejected_because,
        rejected._file,
        rejected._line
    from rejected
    left join standing
        on rejected.consent_event_id = standing.consent_event_id
        and rejected.source_system is not distinct from standing.source_system
    where standing.consent_event_id is null

)

select * from stg_consent__unreadable_events
