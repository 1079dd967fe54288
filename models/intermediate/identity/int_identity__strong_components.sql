{{ config(materialized='connected_components') }}
-- Grain: one identifier, under the part of its person that strong links alone would
-- hold together. Where a person has several parts, medium evidence joins them.
with links as (

    select
        left_node_key as left_node,
        right_node_key as right_node
    from {{ ref('int_identity__links') }}
    where link_strength = 'strong'

),

nodes as (

    select
        node_key as left_node,
        node_key as right_node
    from {{ ref('int_identity__nodes') }}
    where identifier_type <> 'phone'

),

int_identity__strong_components as (

    select left_node, right_node from links
    union all
    select left_node, right_node from nodes

)

select * from int_identity__strong_components
