{{ config(materialized='view') }}
-- Grain: two client records that a steward should look at: verdicts on them contradict
-- each other; or they are probably one person's; or share a telephone or mailbox. A pair
-- stands here once. Pairs that a verdict settled and pairs of one customer do not.
with client_records as (

    select
        node_key,
        customer_key,
        identifier_system as source_system,
        identifier_value as customer_id
    from {{ ref('int_identity__customer_map') }}
    where identifier_type = 'crm_customer'

),

settled as (

    select
        left_node_key,
        right_node_key
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands' and decision in ('same', 'different')

),

households as (

    select
        left_node_key,
        right_node_key,
        case min(linked_by) when 'same_email' then 'email' else 'phone' end as agrees_in
    from {{ ref('int_identity__household_pairs') }}
    group by left_node_key, right_node_key

),

undecided as (

    select
        coalesce(scores.left_node_key, households.left_node_key) as left_node_key,
        coalesce(scores.right_node_key, households.right_node_key) as right_node_key,
        case
            when not scores.is_contradicted then 'probable_duplicate'
            when
                'exact' in (scores.phone_level, scores.email_level)
                or scores.is_one_google_mailbox
                or households.left_node_key is not null
                then 'same_contact_other_name'
            else 'contradicting_records'
        end as reason,
        households.agrees_in
    from {{ ref('int_identity__match_scores') }} as scores
    full outer join households
        on scores.left_node_key = households.left_node_key
        and scores.right_node_key = households.right_node_key

),

listed as (

    select
        undecided.*,
        cast(null as string) as decision_in_force
    from undecided
    left join settled
        on undecided.left_node_key = settled.left_node_key
        and undecided.right_node_key = settled.right_node_key
    where settled.left_node_key is null
    union all
    select
        left_node_key,
        right_node_key,
        'contradictory_decisions' as reason,
        cast(null as string) as agrees_in,
        decision_in_force
    from {{ ref('int_identity__contradictory_decisions') }}

),

int_identity__open_pairs as (

    select
        one.source_system as left_source_system,
        one.customer_id as left_customer_id,
        one.customer_key as left_customer_key,
        other.source_system as right_source_system,
        other.customer_id as right_customer_id,
        other.customer_key as right_customer_key,
        listed.reason,
        listed.decision_in_force,
        scores.probability,
        scores.match_weight,
        case
            when scores.left_node_key is null then coalesce(listed.agrees_in, '')
            else {{ match_in_words('agree') }}
        end as agrees_in,
        {{ match_in_words('close') }} as is_close_in,
        {{ match_in_words('differ') }} as differs_in
    from listed
    left join {{ ref('int_identity__match_scores') }} as scores
        on listed.left_node_key = scores.left_node_key
        and listed.right_node_key = scores.right_node_key
    inner join client_records as one
        on listed.left_node_key = one.node_key
    inner join client_records as other
        on listed.right_node_key = other.node_key
    where
        one.customer_key <> other.customer_key
        or listed.reason = 'contradictory_decisions'

)

select * from int_identity__open_pairs
