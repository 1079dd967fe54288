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
    smallest of its right ends, all others stay. Links from records to their identifiers lose all records so. One number
    per end says it all, for this is the greatest grouping of a run: -1 whoever stands on the right, the greatest number
    a loop; others where the link goes. -#}
{% macro components_nodes(given) -%}
    with ends as (
        select
            left_id as node_id, left_node as node_key,
            case when left_id <> right_id then right_id else 9223372036854775807 end as goes_to
        from {{ given }}
        union all
        select right_id as node_id, right_node as node_key, -1 as goes_to
        from {{ given }}
        where left_id <> right_id
    )

    select
        node_id, node_key,
        case when min(goes_to) between 0 and 9223372036854775806 then min(goes_to) else node_id end as folded_into
    from ends
    group by node_id, node_key
{%- endmacro %}

{#- How many numbers stand for more than one text. -#}
{% macro components_ambiguous(nodes) -%}
    select count(*) - count(distinct node_id) as ambiguous from {{ nodes }}
{%- endmacro %}

{#- The links between what the nodes were folded into; the first round takes out repeats. -#}
{% macro components_folded(given, nodes) -%}
    with folded as (
        select node_id, folded_into from {{ nodes }} where folded_into <> node_id
    )

    select links.right_id as node, coalesce(folded.folded_into, links.left_id) as neighbour
    from {{ given }} as links
    left join folded on links.left_id = folded.node_id
    where links.left_id <> links.right_id and links.right_id <> coalesce(folded.folded_into, links.left_id)
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
