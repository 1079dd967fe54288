-- Grain: one link that holds. A presumed link (a client id without a name) holds only
-- if nothing in the whole component contradicts it: two clusters of client records
-- whose names differ do, a steward's verdict that two records are two people, or a size
-- that no person has. Then all presumptions of that component fall, the named ones stay.
with candidate_links as (

    select
        left_node_key,
        right_node_key,
        linked_by,
        strength_rank,
        is_presumed
    from {{ ref('int_identity__candidate_links') }}

),

presumed_components as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__presumed_components') }}

),

named_claims as (

    select
        email_node_key,
        cluster_key
    from {{ ref('int_identity__email_claims') }}
    where is_named and is_upheld

),

verdicts as (

    select
        left_node_key,
        right_node_key
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands' and decision = 'different'

),

contradicted as (

    select presumed_components.component_key
    from named_claims
    inner join presumed_components
        on named_claims.cluster_key = presumed_components.node_key
    group by presumed_components.component_key
    having count(distinct named_claims.cluster_key) > 1
    union distinct
    select left_components.component_key
    from verdicts
    inner join presumed_components as left_components
        on verdicts.left_node_key = left_components.node_key
    inner join presumed_components as right_components
        on verdicts.right_node_key = right_components.node_key
        and left_components.component_key = right_components.component_key
    union distinct
    select component_key
    from presumed_components
    group by component_key
    having count(*) > {{ var('identity_max_component_size') }}

),

int_identity__links as (

    select
        candidate_links.left_node_key,
        candidate_links.right_node_key,
        candidate_links.linked_by,
        candidate_links.is_presumed,
        candidate_links.strength_rank,
        case
            when candidate_links.is_presumed or candidate_links.strength_rank = 2
                then 'medium'
            else 'strong'
        end as link_strength
    from candidate_links
    inner join presumed_components
        on candidate_links.left_node_key = presumed_components.node_key
    left join contradicted
        on presumed_components.component_key = contradicted.component_key
    where not (
        candidate_links.is_presumed and contradicted.component_key is not null
    )

)

select * from int_identity__links
