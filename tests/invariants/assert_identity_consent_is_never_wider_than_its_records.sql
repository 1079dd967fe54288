-- A person for whom any record, mailbox or number has refused last is not granted; and a
-- grant is backed by a grant of one of their own.
with last_words as (

    select
        customer_key,
        purpose,
        recipient,
        is_denial,
        is_certain
    from {{ ref('int_consent__events') }}
    qualify row_number() over (
        partition by customer_key, subject_node_key, purpose, recipient
        order by
            occurred_at desc nulls last,
            is_denial desc nulls last,
            received_at desc nulls last,
            consent_event_id desc nulls last
    ) = 1

),

said as (

    select
        customer_key,
        purpose,
        recipient,
        {{ any_true('is_denial') }} as is_refused,
        {{ any_true('not is_denial and is_certain') }} as is_backed
    from last_words
    group by customer_key, purpose, recipient

)

select
    consent_states.customer_key,
    consent_states.purpose,
    consent_states.recipient
from {{ ref('consent_states') }} as consent_states
left join said
    on consent_states.customer_key = said.customer_key
    and consent_states.purpose = said.purpose
    and consent_states.recipient = said.recipient
where
    consent_states.status = 'granted'
    and (coalesce(said.is_refused, false) or not coalesce(said.is_backed, false))
