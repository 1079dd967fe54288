{%- set statement = ['is_denial', 'occurred_at', 'source_system', 'consent_event_id'] %}
{%- set number = ["coalesce(consent_event_id, '')", "coalesce(source_system, '')"] %}
-- Grain: one customer, purpose and recipient, with the statement that decided. One denying
-- subject refuses for the person; a yes needs one of every part: joining only narrows.
-- Only instants decide; numbers of statements say which of one instant is named. No order
-- of rows can change the outcome.
with last_words as (

    select *, subject_node_key is null as is_lone
    from {{ ref('int_consent__last_words') }}

),

-- The last denial, else the last grant.
several as (

    select
        customer_key,
        purpose,
        recipient,
        max(part_count) as part_count,
        count(*) as subject_count,
        {{ any_true('is_denial') }} as is_denial,
        {{ last_row(statement, by=['is_denial', 'occurred_at'] + number) }} as said
    from last_words
    where not is_lone
    group by customer_key, purpose, recipient

),

part_grants as (

    select
        customer_key,
        purpose,
        recipient,
        {{ last_row(statement, by=['occurred_at'] + number) }} as granted
    from last_words
    where part_count > 1 and not is_denial and not is_lone
    group by customer_key, purpose, recipient, part_key

),

-- Of several parts' last grants the one that was first: it has to hold for all.
joint_grants as (

    select
        *,
        count(*) over (partition by customer_key, purpose, recipient) as part_count
    from part_grants
    qualify row_number() over (
        partition by customer_key, purpose, recipient
        order by
            granted.occurred_at asc nulls last, granted.consent_event_id desc nulls last,
            granted.source_system desc nulls last
    ) = 1

),

joined as (

    select
        several.customer_key, several.purpose, several.recipient, several.subject_count,
        coalesce(joint_grants.part_count, 1) = several.part_count as is_of_all,
        case
            when several.is_denial then said
            else coalesce(granted, said)
        end as said
    from several
    left join joint_grants
        on several.customer_key = joint_grants.customer_key
        and several.purpose = joint_grants.purpose
        and several.recipient = joint_grants.recipient

),

deciding as (

    select
        customer_key, purpose, recipient,
        said.is_denial,
        said.is_denial or is_of_all as is_decided,
        said.occurred_at,
        said.source_system,
        said.consent_event_id, subject_count
    from joined
    union all
    select
        customer_key, purpose, recipient,
        is_denial,
        is_denial or part_count = 1 as is_decided,
        occurred_at,
        source_system,
        consent_event_id,
        1 as subject_count
    from last_words
    where is_lone

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
