{#- The statements that find components; plain SQL on both engines. See connected_components.sql for the method.
    A graph is a table of links: left_node, right_node and the numbers of both, left_id and right_id. -#}

{#- The model's links with the numbers of their ends. -#}
{% macro components_numbered(sql, columns='') -%}
    select
        left_node, right_node, {{ text_id('left_node') }} as left_id, {{ text_id('right_node') }} as right_id{{ columns }}
    from (
        {{ sql }}
    ) as links
{%- endmacro %}

{#- Every node once, with the node it is folded into before the first round: whoever stands only on the left goes to the
    smallest of its right ends, all others stay. Links from records to their identifiers lose all records so. Whoever has
    right ends besides the one it is folded into is tied: its links are not all told by the fold. -#}
{% macro components_nodes(given) -%}
    with ends as (
        select
            left_id as node_id, left_node as node_key, 0 as is_right,
            case when left_id <> right_id then right_id end as right_end
        from {{ given }}
        union all
        select
            right_id as node_id, right_node as node_key, case when left_id <> right_id then 1 else 0 end as is_right,
            cast(null as int64) as right_end
        from {{ given }}
    )

    select
        node_id, node_key,
        case when max(is_right) = 1 then node_id else coalesce(min(right_end), node_id) end as folded_into,
        coalesce(max(right_end) <> case when max(is_right) = 1 then node_id else min(right_end) end, false) as is_tied
    from ends
    group by node_id, node_key
{%- endmacro %}

{#- How many numbers stand for more than one text. -#}
{% macro components_ambiguous(nodes) -%}
    select count(*) - count(distinct node_id) as ambiguous from {{ nodes }}
{%- endmacro %}

{#- The links between what the nodes were folded into; the first round takes out repeats. -#}
{% macro components_folded(given, nodes) -%}
    select links.right_id as node, nodes.folded_into as neighbour
    from {{ given }} as links
    inner join {{ nodes }} as nodes on links.left_id = nodes.node_id
    where nodes.is_tied and links.left_id <> links.right_id and links.right_id <> nodes.folded_into
{%- endmacro %}

{#- How many links are left. -#}
{% macro components_unrest(links) -%}
    select count(*) as unrest from {{ links }}
{%- endmacro %}

{#- One round, first half: every node that still has links, and the smallest number among itself and its neighbours. -#}
{% macro components_heads(links) -%}
    with neighbours as (
        select node, neighbour from {{ links }}
        union all
        select neighbour as node, node as neighbour from {{ links }}
    )

    select node, case when min(neighbour) < node then min(neighbour) else node end as head
    from neighbours
    group by node
{%- endmacro %}

{#- One round, second half: the links between heads, each once; those within one head are settled and fall out, after
    the grouping, for a planner may make a join of every head with every other one of `left <> right`. -#}
{% macro components_contracted(links, heads) -%}
    with moved as (
        select
            case when left_heads.head > right_heads.head then left_heads.head else right_heads.head end as node,
            case when left_heads.head > right_heads.head then right_heads.head else left_heads.head end as neighbour
        from {{ links }} as links
        inner join {{ heads }} as left_heads on links.node = left_heads.node
        inner join {{ heads }} as right_heads on links.neighbour = right_heads.node
        group by 1, 2
    )

    select node, neighbour from moved where node <> neighbour
{%- endmacro %}

{#- The component, by number, of every node that had links after the fold: the heads of all rounds, one after the other.
    Those whose number is their own are left out. -#}
{% macro components_roots(heads) -%}
    {%- if not heads -%}
    select cast(null as int64) as node, cast(null as int64) as root from (select 1 as nothing) as nothing where false
    {%- else -%}
    with roots as (
        select
            heads_0.node,
            coalesce({% for round in heads | reverse %}heads_{{ loop.revindex0 }}.head{{ '' if loop.last else ', ' }}{% endfor %}) as root
        from {{ heads[0] }} as heads_0
        {%- for round in heads[1:] %}
        left join {{ round }} as heads_{{ loop.index }} on heads_{{ loop.index0 }}.head = heads_{{ loop.index }}.node
        {%- endfor %}
    )

    select node, root from roots where node <> root
    {%- endif -%}
{%- endmacro %}

{#- Every component's number and its name, the smallest node_key in it. `placed` are the tables nodes and roots. -#}
{% macro components_names(placed) -%}
    select coalesce(roots.root, nodes.folded_into) as root, min(nodes.node_key) as component_key
    from {{ placed.nodes }} as nodes
    left join {{ placed.roots }} as roots on nodes.folded_into = roots.node
    group by 1
{%- endmacro %}

{#- Every node under the name of its component. -#}
{% macro components_named(placed) -%}
    select nodes.node_key, names.component_key
    from {{ placed.nodes }} as nodes
    left join {{ placed.roots }} as roots on nodes.folded_into = roots.node
    inner join {{ placed.names }} as names on coalesce(roots.root, nodes.folded_into) = names.root
{%- endmacro %}
