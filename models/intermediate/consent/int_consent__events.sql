{{ config(materialized='view') }}
-- Grain: one statement as it speaks for one customer (and one part of them); a statement
-- whose subject is nobody known has no row. Withdrawn and refused are one: a denial. Only
-- what had happened and had been received at as_of. recipient 'house' is the house itself.
with ledger as (

    select
        feed,
        consent_event_id,
        source_system,
        subject_type,
        subject_system,
        subject_key,
        purpose,
        recipient,
        status <> 'granted' as is_denial,
        is_proven,
        occurred_at,
        received_at,
        country_code
    from {{ ref('int_consent__ledger') }}
    where occurred_at <= {{ as_of() }} and received_at <= {{ as_of() }}

),

-- Whose law it is belongs to the few who speak, before the many statements come to them.
speakers as (

    select
        subjects.*,
        jurisdictions.jurisdiction
    from {{ ref('int_consent__subjects') }} as subjects
    left join {{ ref('int_consent__jurisdictions') }} as jurisdictions
        on subjects.customer_key = jurisdictions.customer_key

),

int_consent__events as (

    select
        ledger.feed,
        ledger.consent_event_id,
        speakers.customer_key,
        speakers.part_key,
        speakers.part_count,
        speakers.node_key as subject_node_key,
        speakers.speaker_count,
        speakers.jurisdiction,
        ledger.subject_type,
        ledger.purpose,
        ledger.recipient,
        ledger.is_denial,
        ledger.is_proven,
        speakers.is_certain,
        ledger.occurred_at,
        ledger.received_at,
        ledger.source_system,
        ledger.country_code
    from ledger
    inner join speakers
        on ledger.subject_type = speakers.subject_type
        and ledger.subject_system = speakers.subject_system
        and ledger.subject_key = speakers.subject_key
    where speakers.is_certain or ledger.is_denial

)

select * from int_consent__events
