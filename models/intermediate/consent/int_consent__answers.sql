{{ config(materialized='view') }}
-- Grain: one customer, purpose and recipient, with the statement that decided. Each
-- subject's last word counts, a denial before a grant of one instant. One denying subject
-- refuses for the person; a yes needs one of every part: joining only narrows. A denial
-- to the house covers every recipient. Only instants decide; numbers of statements say
-- which of one instant is named. No order of rows can change the outcome.
with events as (

    select
        customer_key,
        part_key,
        part_count,
        subject_node_key,
        purpose,
        recipient,
        is_denial,
        occurred_at,
        source_system,
        consent_event_id
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
    select events.* replace (others.recipient as recipient)
    from events
    inner join others
        on events.customer_key = others.customer_key
        and events.purpose = others.purpose
    where events.recipient = 'house' and events.is_denial

),

last_words as (

    select *
    from heard
    qualify row_number() over (
        partition by customer_key, purpose, recipient, part_key, subject_node_key
        order by
            occurred_at desc nulls last, is_denial desc nulls last,
            consent_event_id desc nulls last, source_system desc nulls last
    ) = 1

),

-- A part's last denial, else its last grant.
parts as (

    select
        last_words.*,
        count(*) over (partition by customer_key, purpose, recipient, part_key)
            as subject_count
    from last_words
    qualify row_number() over (
        partition by customer_key, purpose, recipient, part_key
        order by
            is_denial desc nulls last, occurred_at desc nulls last,
            consent_event_id desc nulls last, source_system desc nulls last
    ) = 1

),

-- The last denial of all parts, else the grant that was first: it has to hold for all.
deciding as (

    select
        customer_key,
        purpose,
        recipient,
        is_denial,
        is_denial or part_count
        = count(*) over (partition by customer_key, purpose, recipient) as is_decided,
        occurred_at,
        source_system,
        consent_event_id,
        sum(subject_count) over (partition by customer_key, purpose, recipient)
            as subject_count
    from parts
    qualify row_number() over (
        partition by customer_key, purpose, recipient
        order by
            is_denial desc nulls last,
            case when is_denial then occurred_at end desc nulls last, occurred_at asc nulls last,
            consent_event_id desc nulls last, source_system desc nulls last
    ) = 1

),

int_consent__answers as (

    select
        customer_key,
        purpose,
        recipient,
        case
            when is_denial then 'refused'
            when is_decided then 'granted'
            else 'unknown'
        end as status,
        case when is_decided then occurred_at end as effective_at,
        case when is_decided then source_system end as source_system,
        case when is_decided then consent_event_id end as consent_event_id,
        cast(subject_count as int64) as subject_count
    from deciding

)

select * from int_consent__answers
