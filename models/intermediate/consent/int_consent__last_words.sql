{{ config(materialized='view') }}
{%- set by = ['occurred_at', 'is_denial', "coalesce(consent_event_id, '')", "coalesce(source_system, '')"] %}
-- Grain: one customer, purpose, recipient and subject (with its part) that spoke, with its
-- last word, a denial before a grant of one instant. A denial to the house covers every
-- recipient. Whom one subject alone speaks for, nothing needs to be told apart: no keys.
with events as (

    select
        customer_key,
        case when speaker_count = 1 then null else part_key end as part_key,
        part_count,
        case when speaker_count = 1 then null else subject_node_key end as subject_node_key,
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

spoken as (

    select
        customer_key,
        purpose,
        recipient,
        part_key,
        subject_node_key,
        max(part_count) as part_count,
        {{ last_row(['is_denial', 'occurred_at', 'source_system', 'consent_event_id'], by) }}
            as said
    from heard
    group by customer_key, purpose, recipient, part_key, subject_node_key

),

int_consent__last_words as (

    select
        customer_key,
        purpose,
        recipient,
        part_key,
        subject_node_key,
        part_count,
        said.is_denial,
        said.occurred_at,
        said.source_system,
        said.consent_event_id
    from spoken

)

select * from int_consent__last_words
