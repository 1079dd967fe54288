{{ config(materialized='connected_components') }}
-- Grain: one node, under its component if every presumed link held. Only a stage: where
-- two people of different names meet in it, int_identity__links drops the presumptions.
with int_identity__presumed_components as (

    select
        left_node_key as left_node,
        right_node_key as right_node
    from {{ ref('int_identity__candidate_links') }}

)

select * from int_identity__presumed_components
