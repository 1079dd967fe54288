-- Grain: one statement about consent; the rows of base_consent__consent_events that
-- stand.
with stg_consent__consent_events as (

    select
        consent_event_id,
        source_system,
        subject_type,
        subject_id,
        subject_key,
        purpose,
        recipient,
        status,
        occurred_at,
        received_at,
        country_code,
        text_version,
        proof_ref,
        _file,
        _line
    from {{ ref('base_consent__consent_events') }}
    where rejected_because is null

)

select * from stg_consent__consent_events
