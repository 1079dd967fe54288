-- Grain: one customer, purpose and recipient of which anything was ever said; no row
-- means unknown, which is not granted. For each subject (client record, mailbox, number
-- …) the last word counts, a denial before a grant of the same instant. Among the
-- subjects of one person a single denial refuses: joining records never widens a
-- consent. A denial without recipient covers every recipient of the purpose.
with events as (

    select
        consent_event_id,
        customer_key,
        subject_node_key,
        purpose,
        recipient,
        is_denial,
        occurred_at,
        received_at,
        source_system
    from {{ ref('int_consent__events') }}

),

recipients as (

    select
        customer_key,
        purpose,
        recipient
    from events
    group by customer_key, purpose, recipient

),

spread as (

    select
        events.consent_event_id,
        events.customer_key,
        events.subject_node_key,
        events.purpose,
        recipients.recipient,
        events.is_denial,
        events.occurred_at,
        events.received_at,
        events.source_system
    from events
    inner join recipients
        on events.customer_key = recipients.customer_key
        and events.purpose = recipients.purpose
        and (
            events.recipient = recipients.recipient
            or (events.recipient = 'house' and events.is_denial)
        )

),

last_words as (

    select *
    from spread
    qualify row_number() over (
        partition by customer_key, subject_node_key, purpose, recipient
        order by
            occurred_at desc nulls last,
            is_denial desc nulls last,
            received_at desc nulls last,
            consent_event_id desc nulls last
    ) = 1

),

deciding as (

    select
        last_words.*,
        count(*) over (partition by customer_key, purpose, recipient) as subject_count
    from last_words
    qualify row_number() over (
        partition by customer_key, purpose, recipient
        order by
            is_denial desc nulls last,
            occurred_at desc nulls last,
            received_at desc nulls last,
            consent_event_id desc nulls last
    ) = 1

),

consent_states as (

    select
        customer_key,
        purpose,
        recipient,
        case when is_denial then 'refused' else 'granted' end as status,
        occurred_at as effective_at,
        source_system,
        consent_event_id,
        subject_count
    from deciding

)

select * from consent_states
