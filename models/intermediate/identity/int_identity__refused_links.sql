-- Grain: one piece of evidence that was not believed, with the reason. What would tie
-- two identifiers of one person who are tied anyway is left out: nothing hangs on it.
with signals as (

    select * from {{ ref('int_identity__signals') }}

),

large_groups as (

    select node_key from {{ ref('int_identity__capped_components') }}
    where verdict <> 'whole'
    union distinct
    select node_key from {{ ref('int_identity__presumed_components') }}
    qualify
        count(*) over (partition by component_key) > {{ var('identity_max_component_size') }}

),

customer_map as (

    select node_key, customer_key from {{ ref('int_identity__customer_map') }}

),

shared_identifiers as (

    select node_key, reason
    from {{ ref('int_identity__shared_identifiers') }}

),

clusters as (

    select node_key, component_key as cluster_key
    from {{ ref('int_identity__record_clusters') }}

),

outweighed_claims as (

    select email_node_key, cluster_key
    from {{ ref('int_identity__email_claims') }}
    where not is_upheld

),

refused_signals as (

    select
        signals.left_node_key,
        signals.right_node_key,
        signals.linked_by,
        case
            when shared_left.node_key is not null then shared_left.reason
            when shared_right.node_key is not null then shared_right.reason
            when signals.role = 'phone_claim' then 'number_of_several_people'
            when signals.strength_rank >= 3 then 'weak_evidence'
            when outweighed_claims.cluster_key is not null then 'better_evidence'
            when large_groups.node_key is not null then 'group_too_large'
            else 'contradicted'
        end as reason,
        signals.signal_count,
        signals.first_seen_at,
        signals.last_seen_at
    from signals
    left join customer_map as map_left
        on signals.left_node_key = map_left.node_key
    left join customer_map as map_right
        on signals.right_node_key = map_right.node_key
    left join shared_identifiers as shared_left
        on signals.left_node_key = shared_left.node_key
    left join shared_identifiers as shared_right
        on signals.right_node_key = shared_right.node_key
    left join clusters
        on signals.right_node_key = clusters.node_key
    left join outweighed_claims
        on signals.left_node_key = outweighed_claims.email_node_key
        and clusters.cluster_key = outweighed_claims.cluster_key
    left join large_groups
        on signals.right_node_key = large_groups.node_key
    where
        coalesce(map_left.customer_key, 'none')
        <> coalesce(map_right.customer_key, 'nobody')

),

refused_verdicts as (

    select
        verdicts.left_node_key,
        verdicts.right_node_key,
        case verdicts.decision when 'same' then 'steward' else 'steward_different' end
            as linked_by,
        case
            when verdicts.standing <> 'stands' then verdicts.standing
            when verdicts.decision = 'different' then 'two_people'
            else 'contradictory_decisions'
        end as reason,
        1 as signal_count,
        verdicts.decided_at as first_seen_at,
        verdicts.decided_at as last_seen_at
    from {{ ref('int_identity__verdicts') }} as verdicts
    left join {{ ref('int_identity__upheld_record_links') }} as links
        on verdicts.left_node_key = links.left_node_key
        and verdicts.right_node_key = links.right_node_key
        and links.linked_by = 'steward'
    where verdicts.standing <> 'superseded' and links.left_node_key is null

),

int_identity__refused_links as (

    select * from refused_signals
    union all
    select * from refused_verdicts

)

select * from int_identity__refused_links
