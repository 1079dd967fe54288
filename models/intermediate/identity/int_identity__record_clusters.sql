{{ config(materialized='connected_components') }}
-- Grain: one client record (a record that stands in a CRM, or an id that others
-- mention), under the smallest of the records that agree with each other or that a
-- steward calls one. First step: what is said of client records among themselves.
-- Everything else hangs on these clusters.
with record_links as (

    select
        left_node_key as left_node,
        right_node_key as right_node
    from {{ ref('int_identity__upheld_record_links') }}

),

crm_nodes as (

    select
        node_key as left_node,
        node_key as right_node
    from {{ ref('int_identity__nodes') }}
    where identifier_type = 'crm_customer'

),

int_identity__record_clusters as (

    select left_node, right_node from record_links
    union all
    select left_node, right_node from crm_nodes

)

select * from int_identity__record_clusters
