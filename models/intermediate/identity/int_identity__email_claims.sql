-- Grain: one e-mail and one cluster of agreeing client records that claims it, with the
-- best evidence for the claim. The best evidence of a named cluster decides: a CRM that
-- holds the address outweighs a till where somebody else once gave it.
with claims as (

    select
        left_node_key as email_node_key,
        right_node_key as crm_node_key,
        strength_rank,
        linked_by
    from {{ ref('int_identity__signals') }}
    where role = 'claim' and strength_rank < 3

),

clusters as (

    select
        node_key,
        component_key as cluster_key
    from {{ ref('int_identity__record_clusters') }}

),

crm_evidence as (

    select
        node_key,
        coalesce(name_key, native_name_key) is not null or birth_date_key is not null
            as is_named
    from {{ ref('int_identity__crm_evidence') }}

),

named_clusters as (

    select clusters.cluster_key
    from clusters
    inner join crm_evidence
        on clusters.node_key = crm_evidence.node_key
    where crm_evidence.is_named
    group by clusters.cluster_key

),

folded as (

    select
        claims.email_node_key,
        clusters.cluster_key,
        named_clusters.cluster_key is not null as is_named,
        count(distinct claims.crm_node_key) as record_count,
        min(claims.strength_rank) as strength_rank
    from claims
    inner join clusters
        on claims.crm_node_key = clusters.node_key
    left join named_clusters
        on clusters.cluster_key = named_clusters.cluster_key
    group by
        claims.email_node_key,
        clusters.cluster_key,
        named_clusters.cluster_key is not null

),

ranked as (

    select
        folded.*,
        min(case when is_named then strength_rank end) over (
            partition by email_node_key
        ) as best_named_rank
    from folded

),

int_identity__email_claims as (

    select
        email_node_key,
        cluster_key,
        is_named,
        record_count,
        strength_rank,
        not is_named or strength_rank = best_named_rank as is_upheld
    from ranked

)

select * from int_identity__email_claims
