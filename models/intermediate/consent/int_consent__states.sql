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

laws as (

    select
        jurisdictions.customer_key,
        jurisdictions.jurisdiction,
        jurisdictions.jurisdiction_basis,
        policies.purpose,
        policies.channel,
        policies.default_rule,
        policies.reconfirm_months,
        policies.notice_days,
        policies.ask_again_months,
        policies.contact_window
    from jurisdictions
    inner join policies
        on jurisdictions.jurisdiction = policies.jurisdiction

),

ruled as (

    select
        laws.*,
        coalesce(answers.recipient, 'house') as recipient,
        coalesce(answers.status, 'unknown') as status,
        answers.effective_at,
        case when answers.status = 'granted' then {{ add_months(
            'answers.effective_at', 'laws.reconfirm_months'
        ) }} end as reconfirm_due_at,
        {{ add_seconds('answers.effective_at', '86400 * laws.notice_days') }}
            as notice_due_at,
        case when answers.status = 'refused' then {{ add_months(
            'answers.effective_at', 'laws.ask_again_months'
        ) }} end as ask_again_from,
        answers.source_system,
        answers.consent_event_id,
        coalesce(answers.subject_count, 0) as subject_count
    from laws
    left join answers
        on laws.customer_key = answers.customer_key
        and laws.purpose = answers.purpose
    where answers.customer_key is not null or laws.default_rule = 'opt_out'

),

int_consent__states as (

    select
        customer_key,
        purpose,
        channel,
        recipient,
        status,
        case status
            when 'granted' then default_rule <> 'deny'
                and coalesce(reconfirm_due_at > {{ as_of() }}, true)
            when 'unknown' then default_rule = 'opt_out'
            else false
        end as is_allowed,
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
        {{ as_of() }} as consent_asof
    from ruled

)

select * from int_consent__states
