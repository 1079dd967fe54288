-- Grain: one identifier that belongs to exactly one component. Shared addresses have no
-- row; a client id that links nobody still is somebody's record and stands alone. A
-- phone number has one only if every client record that carries it is one person's:
-- numbers are listed for people, they do not make them.
with nodes as (

    select *
    from {{ ref('int_identity__nodes') }}

),

components as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__capped_components') }}

),

shared_identifiers as (

    select node_key
    from {{ ref('int_identity__shared_identifiers') }}
    where identifier_type in ('email', 'phone')

),

phone_claims as (

    select
        left_node_key as node_key,
        right_node_key as crm_node_key
    from {{ ref('int_identity__signals') }}
    where role = 'phone_claim'

),

phone_components as (

    select
        phone_claims.node_key,
        min(components.component_key) as component_key
    from phone_claims
    inner join components
        on phone_claims.crm_node_key = components.node_key
    group by phone_claims.node_key
    having count(distinct components.component_key) = 1

),

placed as (

    select
        node_key,
        component_key
    from components
    union all
    select
        node_key,
        component_key
    from phone_components

),

int_identity__placed_nodes as (

    select
        nodes.*,
        placed.component_key
    from nodes
    inner join placed
        on nodes.node_key = placed.node_key
    left join shared_identifiers
        on nodes.node_key = shared_identifiers.node_key
    where shared_identifiers.node_key is null

)

select * from int_identity__placed_nodes
