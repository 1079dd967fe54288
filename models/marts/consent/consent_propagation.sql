-- Grain: one change of a person's consent and one record of one system that believed
-- otherwise when it was made: since when, and when it learned of it. is_open: it has not
-- yet. What goes out is decided again when it goes: rendezvous privacy export-consents.
with states as (

    select *
    from {{ ref('int_consent__states') }}
    where status in ('granted', 'refused')

),

beliefs as (

    select *
    from {{ ref('int_consent__beliefs') }}

),

records as (

    select
        node_key,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_identity__nodes') }}
    union distinct
    select
        node_key,
        subject_type as identifier_type,
        subject_system as identifier_system,
        subject_key as identifier_value
    from {{ ref('int_consent__subjects') }}

),

compared as (

    select
        states.customer_key,
        states.purpose,
        states.channel,
        states.recipient,
        beliefs.source_system,
        beliefs.subject_node_key,
        states.status,
        states.effective_at as changed_at,
        states.consent_event_id,
        case states.status when 'refused' then 'granted' else 'refused' end as believed,
        case states.status when 'refused' then beliefs.granted_at else beliefs.denied_at end
            as believed_since,
        case states.status when 'refused' then beliefs.denied_at else beliefs.granted_at end
            as agreed_at
    from states
    inner join beliefs
        on states.customer_key = beliefs.customer_key
        and states.purpose = beliefs.purpose
        and states.recipient = beliefs.recipient

),

consent_propagation as (

    select
        compared.customer_key,
        compared.purpose,
        compared.channel,
        compared.recipient,
        compared.source_system,
        records.identifier_type,
        records.identifier_system,
        records.identifier_value,
        compared.status,
        compared.changed_at,
        compared.consent_event_id,
        compared.believed,
        compared.believed_since,
        case when compared.agreed_at >= compared.believed_since then compared.agreed_at end
            as acknowledged_at,
        coalesce(compared.agreed_at < compared.believed_since, true) as is_open,
        {{ safe_divide(seconds_between(
            'compared.changed_at',
            'case when compared.agreed_at >= compared.believed_since'
            ' then compared.agreed_at else ' ~ as_of() ~ ' end'
        ), '3600') }} as hours_open
    from compared
    inner join records
        on compared.subject_node_key = records.node_key
    where
        compared.believed_since is not null
        and (
            coalesce(compared.agreed_at < compared.believed_since, true)
            or compared.agreed_at > compared.changed_at
        )

)

select * from consent_propagation
