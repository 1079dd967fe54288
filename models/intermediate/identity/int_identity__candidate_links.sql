-- Grain: one link that the evidence allows, from an identifier to the one it hangs on.
-- Left out: whatever would go through a shared identifier, and claims that better
-- evidence outweighs. is_presumed: a client id of which no name is known claims the
-- address; nothing contradicts it yet, and int_identity__links looks again.
with signals as (

    select
        role,
        left_node_key,
        right_node_key,
        linked_by,
        strength_rank
    from {{ ref('int_identity__signals') }}
    where role in ('attach', 'claim') and strength_rank < 3

),

shared_identifiers as (

    select node_key
    from {{ ref('int_identity__shared_identifiers') }}

),

clusters as (

    select
        node_key,
        component_key as cluster_key
    from {{ ref('int_identity__record_clusters') }}

),

email_claims as (

    select
        email_node_key,
        cluster_key,
        is_named
    from {{ ref('int_identity__email_claims') }}
    where is_upheld

),

record_links as (

    select
        left_node_key,
        right_node_key,
        linked_by,
        strength_rank,
        false as is_presumed
    from {{ ref('int_identity__upheld_record_links') }}
    where left_node_key <> right_node_key

),

upheld as (

    select
        signals.left_node_key,
        signals.right_node_key,
        signals.linked_by,
        signals.strength_rank,
        signals.role = 'claim' and not email_claims.is_named as is_presumed
    from signals
    left join clusters
        on signals.right_node_key = clusters.node_key
    left join email_claims
        on signals.left_node_key = email_claims.email_node_key
        and clusters.cluster_key = email_claims.cluster_key
    left join shared_identifiers as shared_left
        on signals.left_node_key = shared_left.node_key
    left join shared_identifiers as shared_right
        on signals.right_node_key = shared_right.node_key
    where
        shared_left.node_key is null
        and shared_right.node_key is null
        and (signals.role = 'attach' or email_claims.email_node_key is not null)

),

int_identity__candidate_links as (

    select * from upheld
    union all
    select * from record_links

)

select * from int_identity__candidate_links
