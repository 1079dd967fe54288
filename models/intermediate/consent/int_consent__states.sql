{{ config(materialized='view') }}
-- Grain: one customer, purpose and recipient of which anything was said, and the
-- customers who said nothing where the law allows the purpose until they do. No row means
-- unknown and not allowed. is_allowed: no refusal; a yes that has not run out, or silence
-- under opt_out. deny allows nothing, not even on a yes. Tables are named where they are
-- read, for DuckDB copies what a query names once and reads twice (DECISIONS 121).
with open_purposes as (

    select
        jurisdiction,
        purpose
    from {{ ref('int_consent__policies') }}
    where default_rule = 'opt_out'

),

spoken as (

    select
        answers.*,
        jurisdictions.jurisdiction,
        jurisdictions.jurisdiction_basis
    from {{ ref('int_consent__answers') }} as answers
    inner join {{ ref('int_consent__jurisdictions') }} as jurisdictions
        on answers.customer_key = jurisdictions.customer_key

),

silent as (

    select
        jurisdictions.customer_key,
        open_purposes.purpose,
        'house' as recipient,
        'unknown' as status,
        cast(null as timestamp) as effective_at,
        cast(null as string) as source_system,
        cast(null as string) as consent_event_id,
        0 as subject_count,
        jurisdictions.jurisdiction,
        jurisdictions.jurisdiction_basis
    from {{ ref('int_consent__jurisdictions') }} as jurisdictions
    inner join open_purposes
        on jurisdictions.jurisdiction = open_purposes.jurisdiction
    left join {{ ref('int_consent__answers') }} as answers
        on jurisdictions.customer_key = answers.customer_key
        and open_purposes.purpose = answers.purpose
    where answers.customer_key is null

),

everyone as (

    select * from spoken
    union all
    select * from silent

),

ruled as (

    select
        everyone.*,
        policies.channel,
        policies.default_rule,
        policies.contact_window,
        case when everyone.status = 'granted' then {{ add_months(
            'everyone.effective_at', 'policies.reconfirm_months'
        ) }} end as reconfirm_due_at,
        {{ add_seconds('everyone.effective_at', '86400 * policies.notice_days') }}
            as notice_due_at,
        case when everyone.status = 'refused' then {{ add_months(
            'everyone.effective_at', 'policies.ask_again_months'
        ) }} end as ask_again_from
    from everyone
    inner join {{ ref('int_consent__policies') }} as policies
        on everyone.jurisdiction = policies.jurisdiction
        and everyone.purpose = policies.purpose

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
