-- Grain: one consent event as it speaks for one customer; an event whose subject is
-- nobody known has no row. Withdrawn and refused are one: a denial. Only what had
-- happened and had been received at as_of. recipient 'house' is the house itself.
with consent_events as (

    select
        consent_event_id,
        source_system,
        case subject_type when 'email_sha256' then 'email' else subject_type end
            as subject_type,
        case
            when subject_type in ('email', 'email_sha256', 'phone') then ''
            else coalesce(source_system, '')
        end as subject_system,
        subject_key,
        purpose,
        coalesce(recipient, 'house') as recipient,
        status,
        occurred_at,
        coalesce(received_at, occurred_at) as received_at,
        country_code,
        text_version
    from {{ ref('stg_consent__consent_events') }}
    where
        subject_key is not null
        and occurred_at <= {{ as_of() }}
        and coalesce(received_at, occurred_at) <= {{ as_of() }}

),

subjects as (

    select
        node_key,
        customer_key,
        is_certain
    from {{ ref('int_consent__subjects') }}

),

keyed as (

    select
        consent_events.*,
        {{ node_key('subject_type', 'subject_system', 'subject_key') }}
            as subject_node_key
    from consent_events

),

int_consent__events as (

    select
        {{ key(['keyed.consent_event_id', 'subjects.customer_key']) }}
            as consent_fact_key,
        keyed.consent_event_id,
        subjects.customer_key,
        keyed.subject_node_key,
        keyed.subject_type,
        keyed.purpose,
        keyed.recipient,
        keyed.status <> 'granted' as is_denial,
        subjects.is_certain,
        keyed.occurred_at,
        keyed.received_at,
        keyed.source_system,
        keyed.country_code,
        keyed.text_version
    from keyed
    inner join subjects
        on keyed.subject_node_key = subjects.node_key
    where subjects.is_certain or keyed.status <> 'granted'

)

select * from int_consent__events
