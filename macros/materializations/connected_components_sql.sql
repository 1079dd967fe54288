{#- The statements that find components; plain SQL on both engines. See connected_components.sql for the method.
    A graph is a table of links: left_node, right_node and the numbers of both, left_id and right_id;
    `at` are all tables by name. -#}

{#- The model's links with the numbers of their ends. -#}
{% macro components_numbered(sql) -%}
    select
        left_node, right_node, {{ text_id('left_node') }} as left_id, {{ text_id('right_node') }} as right_id
        {{- ', is_removed' if components_told() }}
    from (
        {{ sql }}
    ) as links
{%- endmacro %}

{#- Every node that stands on the right of another, once. Lefts and rights are grouped apart: two tables of half the size
    take a quarter less than one. -#}
{% macro components_rights(at) -%}
    select right_id as node_id, right_node as node_key
    from {{ at.given }}
    where left_id <> right_id
    group by right_id, right_node
{%- endmacro %}

{#- All other nodes, once, with the node they are folded into before the first round: the smallest of their right ends, or
    themselves. Links from records to their identifiers lose all records so. A text that shares its number with another
    one on the right goes nowhere (NULL), and the run fails of it. -#}
{% macro components_lefts(at) -%}
    with lefts as (
        select left_id as node_id, left_node as node_key, min(case when left_id <> right_id then right_id end) as goes_to
        from {{ at.given }}
        group by left_id, left_node
    )

    select
        lefts.node_id, lefts.node_key,
        case when rights.node_id is null then coalesce(lefts.goes_to, lefts.node_id) end as folded_into
    from lefts
    left join {{ at.rights }} as rights on lefts.node_id = rights.node_id
    where rights.node_id is null or lefts.node_key <> rights.node_key
{%- endmacro %}

{#- The columns of a link between the numbers `one` and `other`, from the greater to the smaller. -#}
{% macro components_downward() -%}
    case when one > other then one else other end as node, case when one > other then other else one end as neighbour
{%- endmacro %}

{#- Every link between two nodes as one between what they were folded into, from the greater number to the smaller one.
    The first round takes out repeats, and those that both ends settled by being folded into one. -#}
{% macro components_folded(at) -%}
    with folded as (
        select links.right_id as one, coalesce(lefts.folded_into, links.left_id) as other
        from {{ at.given }} as links
        left join {{ at.lefts }} as lefts on links.left_id = lefts.node_id
        where links.left_id <> links.right_id
    )

    select {{ components_downward() }}
    from folded
{%- endmacro %}

{#- How many links are left. -#}
{% macro components_unrest(links) -%}
    select count(*) as unrest from {{ links }} where node <> neighbour
{%- endmacro %}

{#- One round, first half: every node with a neighbour of a smaller number, and the smallest of these. All others stay. -#}
{% macro components_heads(links) -%}
    select node, min(neighbour) as head
    from {{ links }}
    where node <> neighbour
    group by node
{%- endmacro %}

{#- One round, second half: the links between heads, each once, from the greater number to the smaller one; those within
    one head are settled and fall out, after the grouping, for a planner may make a join of every head with every other
    one of `left <> right`. -#}
{% macro components_contracted(links, heads) -%}
    with moved as (
        select left_heads.head as one, coalesce(right_heads.head, links.neighbour) as other
        from {{ links }} as links
        inner join {{ heads }} as left_heads on links.node = left_heads.node
        left join {{ heads }} as right_heads on links.neighbour = right_heads.node
        where links.node <> links.neighbour
    ),

    directed as (
        select {{ components_downward() }}
        from moved
        group by 1, 2
    )

    select node, neighbour from directed where node <> neighbour
{%- endmacro %}

{#- The component, by number, of every node that went to a smaller one: the heads of all rounds, one after the other. Who
    became the head of others and went on in a later round is found in several; they end at the same root. -#}
{% macro components_roots(heads) -%}
    {%- if not heads -%}
    select cast(null as int64) as node, cast(null as int64) as root from (select 1 as nothing) as nothing where false
    {%- else -%}
    with roots_0 as (
        {%- for round in heads %}
        select node, head as root from {{ round }}{{ '' if loop.last else ' union all' }}
        {%- endfor %}
    )
    {%- for round in heads[1:] -%}
    ,

    roots_{{ loop.index }} as (
        select roots.node, coalesce(heads.head, roots.root) as root
        from roots_{{ loop.index0 }} as roots
        left join {{ round }} as heads on roots.root = heads.node
    )
    {%- endfor %}

    select node, min(root) as root
    from roots_{{ heads | length - 1 }}
    group by node
    {%- endif -%}
{%- endmacro %}

{#- Every node's number and text under the number of its component. -#}
{% macro components_placed(at) -%}
    with nodes as (
        select node_id, node_key, folded_into from {{ at.lefts }}
        union all
        select node_id, node_key, node_id as folded_into from {{ at.rights }}
    )

    select nodes.node_id, nodes.node_key, coalesce(roots.root, nodes.folded_into) as component_id
    from nodes
    left join {{ at.roots }} as roots on nodes.folded_into = roots.node
{%- endmacro %}

{#- Every component's number and its name, the smallest node_key in it. -#}
{% macro components_names(nodes) -%}
    select component_id, min(node_key) as node_key
    from {{ nodes }}
    group by component_id
{%- endmacro %}

{#- Every node under the name of its component. -#}
{% macro components_named(at) -%}
    select nodes.node_key, names.node_key as component_key
    from {{ at.placed }} as nodes
    inner join {{ at.least }} as names on nodes.component_id = names.component_id
{%- endmacro %}

{#- The same for the tables that are kept, where a component may have become part of another one. -#}
{% macro components_viewed(at) -%}
    select nodes.node_key, names.node_key as component_key
    from {{ at.nodes }} as nodes
    left join {{ at.merged }} as merged on nodes.component_id = merged.component_id
    inner join {{ at.names }} as names on coalesce(merged.merged_into, nodes.component_id) = names.component_id
{%- endmacro %}

{#- How many numbers stand for more than one text, counted from what is there anyway; looking for them in a grouping of all
    nodes took a fourteenth of a full run. None of the three sums can be below zero:
    - texts on the left alone that share their number with another text on the right;
    - links that were folded twice, for two texts on the left alone have their number;
    - texts on the right or without neighbours, more than there are numbers among them: each such number has gone to a
      smaller one or is a component's own. -#}
{% macro components_ambiguous(at, links, names) -%}
    select
        (select count(*) from {{ at.lefts }} where folded_into is null)
        + (select count(*) from {{ at.folded }}) - (select count(*) from {{ links }} where left_id <> right_id)
        + (select count(*) from {{ at.rights }}) + (select count(*) from {{ at.lefts }} where folded_into = node_id)
        - (select count(*) from {{ at.roots }}) - (select count(component_id) from {{ names }}) as ambiguous
{%- endmacro %}
