-- Grain: one customer, purpose and recipient of which anything was said, and the
-- customers who said nothing where the law allows the purpose until they do. No row means
-- unknown and not allowed. is_allowed: no refusal; a yes that has not run out, or silence
-- under opt_out. deny allows nothing, not even on a yes.
with answers as (

    select * from {{ ref('int_consent__answers') }}

),

jurisdictions as (

    select * from {{ ref('int_consent__jurisdictions') }}

),

policies as (

    select * from {{ ref('int_consent__policies') }}

),

silent as (

    select
        jurisdictions.customer_key,
        policies.purpose,
        'house' as recipient,
        'unknown' as status,
        cast(null as timestamp) as effective_at,
        0 as subject_count
    from jurisdictions
    inner join policies
        on jurisdictions.jurisdiction = policies.jurisdiction
        and policies.default_rule = 'opt_out'
    left join answers
        on jurisdictions.customer_key = answers.customer_key
        and policies.purpose = answers.purpose
    where answers.customer_key is null

),

states as (

    select * from answers
    union all
    select * from silent

),

ruled as (

    select
        states.*,
        policies.channel,
        jurisdictions.jurisdiction,
        jurisdictions.jurisdiction_basis,
        policies.default_rule,
        policies.contact_window,
        case when states.status = 'granted' then {{ add_months(
            'states.effective_at', 'policies.reconfirm_months'
        ) }} end as reconfirm_due_at,
        {{ add_seconds('states.effective_at', '86400 * policies.notice_days') }}
            as notice_due_at,
        case when states.status = 'refused' then {{ add_months(
            'states.effective_at', 'policies.ask_again_months'
        ) }} end as ask_again_from
    from states
    inner join jurisdictions
        on states.customer_key = jurisdictions.customer_key
    inner join policies
        on jurisdictions.jurisdiction = policies.jurisdiction
        and states.purpose = policies.purpose

),

int_consent__states as (

    select
        ruled.customer_key,
        ruled.purpose,
        ruled.channel,
        ruled.recipient,
        ruled.status,
        case ruled.status
            when 'granted' then ruled.default_rule <> 'deny'
                and coalesce(ruled.reconfirm_due_at > {{ as_of() }}, true)
            when 'unknown' then ruled.default_rule = 'opt_out'
            else false
        end as is_allowed,
        ruled.effective_at,
        ruled.reconfirm_due_at,
        ruled.notice_due_at,
        ruled.ask_again_from,
        ruled.contact_window,
        ruled.jurisdiction,
        ruled.jurisdiction_basis,
        ruled.default_rule,
        deciding_events.source_system,
        deciding_events.consent_event_id,
        ruled.subject_count,
        {{ as_of() }} as consent_asof
    from ruled
    left join {{ ref('int_consent__deciding_events') }} as deciding_events
        on ruled.customer_key = deciding_events.customer_key
        and ruled.purpose = deciding_events.purpose
        and ruled.recipient = deciding_events.recipient

)

select * from int_consent__states
