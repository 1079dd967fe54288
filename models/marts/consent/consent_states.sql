-- Grain: one customer, purpose and recipient: may we, at as_of, and why. A reader of
-- int_consent__states, where the rules stand.
with consent_states as (

    select
        customer_key,
        purpose,
        channel,
        recipient,
        status,
        is_allowed,
        effective_at,
        reconfirm_due_at,
        notice_due_at,
        ask_again_from,
        contact_window,
        jurisdiction,
        jurisdiction_basis,
        default_rule,
        source_system,
        consent_event_id,
        subject_count,
        consent_asof
    from {{ ref('int_consent__states') }}

)

select * from consent_states
