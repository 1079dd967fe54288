{{ config(materialized='view') }}
-- Grain: two client records on which stewards contradict each other, and what holds
-- meanwhile. Two stewards say the opposite of one pair and nobody settled it: the later
-- verdict holds. A chain of `same` ends in two records that are `different`: they stay
-- two, and no `same` of their group holds. One steward's change of mind is none of it.
with verdicts as (

    select
        verdicts.*,
        lag(decision) over pair_by_time as earlier_decision,
        lag(decided_by) over pair_by_time as earlier_decided_by,
        lag(decided_at) over pair_by_time as earlier_decided_at
    from {{ ref('int_identity__verdicts') }} as verdicts
    where standing in ('stands', 'superseded')
    window pair_by_time as (
        partition by left_node_key, right_node_key
        order by
            decided_at asc nulls first,
            decision desc nulls first,
            decision_id asc nulls first
    )

),

chains as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__verdict_parts') }}
    where node_key like '3|%'

),

held as (

    select
        left_node_key,
        right_node_key
    from {{ ref('int_identity__upheld_record_links') }}
    where linked_by = 'steward'

),

judged as (

    select
        verdicts.left_node_key,
        verdicts.right_node_key,
        verdicts.decision,
        verdicts.decision = 'same' and held.left_node_key is null as is_given_up,
        verdicts.decision = 'different'
        and coalesce(left_chains.component_key = right_chains.component_key, false)
            as is_chained,
        verdicts.earlier_decision in ('same', 'different')
        and verdicts.earlier_decision <> verdicts.decision
        and (
            coalesce(verdicts.earlier_decided_by, '') <> coalesce(verdicts.decided_by, '')
            or verdicts.earlier_decided_at = verdicts.decided_at
        ) as is_opposed
    from verdicts
    left join chains as left_chains
        on '3|' || verdicts.left_node_key = left_chains.node_key
    left join chains as right_chains
        on '3|' || verdicts.right_node_key = right_chains.node_key
    left join held
        on verdicts.left_node_key = held.left_node_key
        and verdicts.right_node_key = held.right_node_key
    where verdicts.standing = 'stands' and verdicts.decision in ('same', 'different')

),

int_identity__contradictory_decisions as (

    select
        left_node_key,
        right_node_key,
        case when not is_given_up then decision end as decision_in_force
    from judged
    where is_given_up or is_chained or coalesce(is_opposed, false)

)

select * from int_identity__contradictory_decisions
