{{ config(materialized='view') }}
-- Grain: one reason, seen from one identifier, to be or not to be another's person: a
-- link that holds, or a verdict that stands. What explains why a key changed.
with reasons as (

    select
        left_node_key,
        right_node_key,
        linked_by,
        strength_rank,
        true as is_joining,
        cast(null as string) as decision_id
    from {{ ref('int_identity__links') }}
    where linked_by <> 'steward'
    union all
    select
        left_node_key,
        right_node_key,
        'steward' as linked_by,
        0 as strength_rank,
        decision = 'same' as is_joining,
        decision_id
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands'

),

int_identity__ties as (

    select
        left_node_key as node_key,
        right_node_key as other_node_key,
        linked_by,
        strength_rank,
        is_joining,
        decision_id
    from reasons
    union all
    select
        right_node_key as node_key,
        left_node_key as other_node_key,
        linked_by,
        strength_rank,
        is_joining,
        decision_id
    from reasons

)

select * from int_identity__ties
