{{ config(materialized='view') }}
-- Grain: one customer, purpose and recipient with an answer, and the statement that
-- decided it; of several of one instant the one of the last number.
with answers as (

    select
        customer_key,
        purpose,
        recipient,
        effective_at,
        status = 'refused' as is_refused
    from {{ ref('int_consent__answers') }}
    where status in ('granted', 'refused')

),

events as (

    select
        customer_key,
        purpose,
        recipient,
        is_denial,
        occurred_at,
        source_system,
        consent_event_id
    from {{ ref('int_consent__proven_events') }}

),

int_consent__deciding_events as (

    select
        answers.customer_key,
        answers.purpose,
        answers.recipient,
        events.source_system,
        events.consent_event_id
    from answers
    inner join events
        on answers.customer_key = events.customer_key
        and answers.purpose = events.purpose
        and answers.effective_at = events.occurred_at
        and answers.is_refused = events.is_denial
        and (
            answers.recipient = events.recipient
            or (events.recipient = 'house' and events.is_denial)
        )
    qualify row_number() over (
        partition by answers.customer_key, answers.purpose, answers.recipient
        order by
            events.consent_event_id desc nulls last,
            events.source_system desc nulls last
    ) = 1

)

select * from int_consent__deciding_events
