-- Grain: one customer, purpose and recipient. Each subject's last word counts, a denial
-- before a grant of one instant. One denying subject refuses for the person; a yes needs
-- one of every part: joining only narrows. A denial to the house covers every recipient.
-- Where the law wants proof, a yes without it is none. Only maxima: no order of events can
-- change the outcome.
with events as (

    select
        spoken.*,
        coalesce(policies.proof_required, false)
        and not spoken.is_denial
        and not spoken.is_proven as lacks_proof
    from {{ ref('int_consent__events') }} as spoken
    left join {{ ref('int_consent__jurisdictions') }} as jurisdictions
        on spoken.customer_key = jurisdictions.customer_key
    left join {{ ref('int_consent__policies') }} as policies
        on jurisdictions.jurisdiction = policies.jurisdiction
        and spoken.purpose = policies.purpose

),

others as (

    select distinct customer_key, purpose, recipient
    from events
    where recipient <> 'house'

),

heard as (

    select events.*, events.recipient as heard_by from events
    union all
    select events.*, others.recipient as heard_by
    from events
    inner join others
        on events.customer_key = others.customer_key
        and events.purpose = others.purpose
    where events.recipient = 'house' and events.is_denial

),

said as (

    select
        customer_key,
        part_key,
        subject_node_key,
        purpose,
        heard_by as recipient,
        min(part_count) as part_count,
        max(case when not is_denial and not lacks_proof then occurred_at end)
            as granted_at,
        max(case when is_denial then occurred_at end) as denied_at,
        sum(case when lacks_proof then 1 else 0 end) as unproven_count
    from heard
    group by customer_key, part_key, subject_node_key, purpose, heard_by

),

last_words as (

    select
        customer_key,
        part_key,
        subject_node_key,
        purpose,
        recipient,
        part_count,
        unproven_count,
        case when denied_at is null or granted_at > denied_at then granted_at end
            as granted_at,
        case when granted_at is null or denied_at >= granted_at then denied_at end
            as denied_at
    from said

),

parts as (

    select
        customer_key,
        part_key,
        purpose,
        recipient,
        min(part_count) as part_count,
        max(granted_at) as granted_at,
        max(denied_at) as denied_at,
        count(*) as subject_count,
        sum(unproven_count) as unproven_count
    from last_words
    group by customer_key, part_key, purpose, recipient

),

int_consent__answers as (

    select
        customer_key,
        purpose,
        recipient,
        case
            when max(denied_at) is not null then 'refused'
            when count(granted_at) = min(part_count) then 'granted'
            else 'unknown'
        end as status,
        case
            when max(denied_at) is not null then max(denied_at)
            when count(granted_at) = min(part_count) then min(granted_at)
        end as effective_at,
        cast(sum(subject_count) as int64) as subject_count,
        cast(sum(unproven_count) as int64) as unproven_count
    from parts
    group by customer_key, purpose, recipient

)

select * from int_consent__answers
