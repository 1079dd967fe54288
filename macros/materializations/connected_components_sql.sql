{#- The statements of the materialization connected_components, each from one relation of edges (node, parent) with
    node > parent. They are plain SQL on both engines; see connected_components.sql for the method. -#}

{#- The edges as given, each once, from the greater node to the smaller; edges to oneself fall out. -#}
{% macro components_edges(given) -%}
    select
        case when left_node > right_node then left_node else right_node end as node,
        case when left_node > right_node then right_node else left_node end as parent
    from {{ given }}
    where left_node <> right_node
    group by 1, 2
{%- endmacro %}

{#- How many nodes are not yet leaves of a star: they have two parents, or their parent has one. -#}
{% macro components_unrest(edges) -%}
    with children as (
        select node, count(*) as parent_count from {{ edges }} group by node
    )

    select
        (select count(*) from children where parent_count > 1)
        + (select count(*) from {{ edges }} as edges inner join children on edges.parent = children.node) as unrest
{%- endmacro %}

{#- One round. Large star: every greater neighbour of a node is tied to the smallest node around. Small star: every
    smaller neighbour and the node itself are tied to the smallest of them. Both keep components whole. -#}
{% macro components_round(edges) -%}
    with neighbours as (
        select node, parent as neighbour from {{ edges }}
        union all
        select parent as node, node as neighbour from {{ edges }}
    ),

    smallest_around as (
        select node, case when min(neighbour) < node then min(neighbour) else node end as smallest
        from neighbours
        group by node
    ),

    large_star as (
        select neighbours.neighbour as node, smallest_around.smallest as parent
        from neighbours
        inner join smallest_around on neighbours.node = smallest_around.node
        where neighbours.neighbour > neighbours.node
        group by 1, 2
    ),

    smallest_below as (
        select node, min(parent) as smallest from large_star group by node
    ),

    small_star as (
        select large_star.parent as node, smallest_below.smallest as parent
        from large_star
        inner join smallest_below on large_star.node = smallest_below.node
        where large_star.parent > smallest_below.smallest
        union all
        select node, smallest as parent from smallest_below
    )

    select node, parent from small_star group by 1, 2
{%- endmacro %}

{#- Every node given, under the smallest node of its component. -#}
{% macro components_labels(given, stars) -%}
    with nodes as (
        select left_node as node_key from {{ given }}
        union distinct
        select right_node as node_key from {{ given }}
    )

    select nodes.node_key, coalesce(stars.parent, nodes.node_key) as component_key
    from nodes
    left join {{ stars }} as stars on nodes.node_key = stars.node
{%- endmacro %}
