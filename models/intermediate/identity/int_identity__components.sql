{{ config(materialized='connected_components') }}
-- Grain: one identifier, under the component (person) it belongs to. Phones are left
-- out: a number is listed for a person afterwards, it never makes one.
with links as (

    select
        left_node_key as left_node,
        right_node_key as right_node
    from {{ ref('int_identity__links') }}

),

nodes as (

    select
        node_key as left_node,
        node_key as right_node
    from {{ ref('int_identity__nodes') }}
    where identifier_type <> 'phone'

),

int_identity__components as (

    select left_node, right_node from links
    union all
    select left_node, right_node from nodes

)

select * from int_identity__components
