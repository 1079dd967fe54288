-- Grain: one customer, purpose and recipient. Each subject's last word counts, a denial
-- before a grant of one instant. One denying subject refuses for the person; a yes needs
-- one of every part: joining only narrows. A denial to the house covers every recipient.
-- Only maxima: no order of events can change the outcome.
with events as (

    select
        customer_key,
        part_key,
        part_count,
        subject_node_key,
        purpose,
        recipient,
        is_denial,
        occurred_at
    from {{ ref('int_consent__proven_events') }}

),

others as (

    select distinct customer_key, purpose, recipient
    from events
    where recipient <> 'house'

),

heard as (

    select * from events
    union all
    select
        events.customer_key,
        events.part_key,
        events.part_count,
        events.subject_node_key,
        events.purpose,
        others.recipient,
        events.is_denial,
        events.occurred_at
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
        recipient,
        min(part_count) as part_count,
        max(case when not is_denial then occurred_at end) as granted_at,
        max(case when is_denial then occurred_at end) as denied_at
    from heard
    group by customer_key, part_key, subject_node_key, purpose, recipient

),

last_words as (

    select
        customer_key,
        part_key,
        subject_node_key,
        purpose,
        recipient,
        part_count,
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
        count(*) as subject_count
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
        cast(sum(subject_count) as int64) as subject_count
    from parts
    group by customer_key, purpose, recipient

)

select * from int_consent__answers
