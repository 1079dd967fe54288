{#- The statements by which a later run changes the tables of a large graph instead of making them anew; plain SQL on both
    engines. `at` are all tables by name, see connected_components.sql. -#}

{#- The links that came and went since the last run, compared as sets. What went has no texts: nobody needs them. -#}
{% macro components_compared(at) -%}
    select given.left_id, given.right_id, given.left_node, given.right_node, false as is_removed
    from {{ at.given }} as given
    left join {{ at.links }} as links on given.left_id = links.left_id and given.right_id = links.right_id
    where links.left_id is null
    union all
    select links.left_id, links.right_id, cast(null as string), cast(null as string), true as is_removed
    from {{ at.links }} as links
    left join {{ at.given }} as given on links.left_id = given.left_id and links.right_id = given.right_id
    where given.left_id is null
{%- endmacro %}

{#- Those ends of links that have a component already, with its number. -#}
{% macro components_met(at) -%}
    with ends as (
        select left_id as node_id from {{ at.news }} where {{ search_filter('left_id') }}
        union all
        select right_id as node_id from {{ at.news }} where {{ search_filter('right_id') }}
    ),

    found as (
        select node_id, component_id, node_check
        from {{ at.nodes }}
        where node_id in (select node_id from ends)
    )

    select found.node_id, found.node_check, coalesce(merged.merged_into, found.component_id) as component_id
    from found
    left join {{ at.merged }} as merged on found.component_id = merged.component_id
{%- endmacro %}

{#- Links with the components that their ends have already, and whether an end has another text than the node it met. -#}
{% macro components_placed_links(at) -%}
    select
        news.left_id, news.right_id, news.left_node, news.right_node, news.is_removed,
        left_met.component_id as left_component_id, right_met.component_id as right_component_id,
        coalesce(
            news.left_node is not null and {{ text_check('news.left_node') }} <> left_met.node_check
            or news.right_node is not null and {{ text_check('news.right_node') }} <> right_met.node_check, false
        ) as is_ambiguous
    from {{ at.news }} as news
    left join {{ at.met }} as left_met on news.left_id = left_met.node_id
    left join {{ at.met }} as right_met on news.right_id = right_met.node_id
{%- endmacro %}

{#- The same of the changes that a model names itself, without those that change nothing: what came is new, what went was
    there. Only links between two nodes that were both met can have been there; where none is, DuckDB does not read the
    kept ones. -#}
{% macro components_placed_as_told(at) -%}
    with placed as (
        {{ components_placed_links(at) }}
    ),

    between_known as (
        select left_id, right_id
        from placed
        where left_component_id is not null and right_component_id is not null
    ),

    kept_again as (
        select links.left_id, links.right_id
        from {{ at.links }} as links
        inner join between_known on links.left_id = between_known.left_id and links.right_id = between_known.right_id
        group by 1, 2
    )

    select
        placed.left_id, placed.right_id, placed.left_node, placed.right_node, placed.is_removed,
        placed.left_component_id, placed.right_component_id, placed.is_ambiguous
    from placed
    left join kept_again on placed.left_id = kept_again.left_id and placed.right_id = kept_again.right_id
    where placed.is_removed = (kept_again.left_id is not null) or placed.is_ambiguous
{%- endmacro %}

{#- The nodes of the components that lost a link, each with the part it stands in: these are worked out anew from the links
    they have now. Both ends of a link that was there are in one component, so the left one tells it. -#}
{% macro components_loosened(at) -%}
    with losing as (
        select left_component_id as component_id
        from {{ at.changed }}
        where is_removed
        group by left_component_id
    ),

    parts as (
        select component_id, component_id as part_id from losing
        union all
        select merged.merged_into as component_id, merged.component_id as part_id
        from {{ at.merged }} as merged
        inner join losing on merged.merged_into = losing.component_id
    )

    select nodes.node_id, nodes.node_key, parts.part_id, parts.component_id
    from {{ at.nodes }} as nodes
    inner join parts on nodes.component_id = parts.part_id
{%- endmacro %}

{#- The graph to work on: links that came, where a component that lost nothing stands as one node, and what is left of the
    links of loosened ones. A component goes by -1 - its number: below that of every node, so it keeps its own. -#}
{% macro components_work(at) -%}
    with loosened as (
        select component_id from {{ at.loosened }} group by component_id
    ),

    came as (
        select
            case when left_loosened.component_id is null
                then coalesce(-1 - changed.left_component_id, changed.left_id) else changed.left_id end as one,
            case when right_loosened.component_id is null
                then coalesce(-1 - changed.right_component_id, changed.right_id) else changed.right_id end as other
        from {{ at.changed }} as changed
        left join loosened as left_loosened on changed.left_component_id = left_loosened.component_id
        left join loosened as right_loosened on changed.right_component_id = right_loosened.component_id
        where not changed.is_removed
    ),

    gone as (
        select left_id, right_id from {{ at.changed }} where is_removed group by 1, 2
    ),

    stayed as (
        select links.left_id as one, links.right_id as other
        from {{ at.links }} as links
        inner join {{ at.loosened }} as left_ends on links.left_id = left_ends.node_id
        inner join {{ at.loosened }} as right_ends on links.right_id = right_ends.node_id
        left join gone on links.left_id = gone.left_id and links.right_id = gone.right_id
        where gone.left_id is null
    )

    select {{ components_downward() }} from came
    union all
    select {{ components_downward() }} from stayed
{%- endmacro %}

{#- The number of the component that a root of the worked graph stands for. -#}
{% macro components_number(root) %}case when {{ root }} < 0 then -1 - {{ root }} else {{ root }} end{% endmacro %}

{#- The nodes to write: new ones, and those of loosened components that still have a link. -#}
{% macro components_fresh(at) -%}
    with came as (
        select left_id as node_id, left_node as node_key from {{ at.changed }}
        where not is_removed and left_component_id is null
        union all
        select right_id as node_id, right_node as node_key from {{ at.changed }}
        where not is_removed and right_component_id is null
    ),

    linked as (
        select node as node_id from {{ at.work }}
        union all
        select neighbour as node_id from {{ at.work }}
    ),

    nodes as (
        select node_id, node_key from came
        group by node_id, node_key
        union all
        select node_id, node_key from {{ at.loosened }}
        where node_id in (select node_id from linked)
    )

    select nodes.node_id, nodes.node_key, {{ components_number('coalesce(roots.root, nodes.node_id)') }} as component_id
    from nodes
    left join {{ at.roots }} as roots on nodes.node_id = roots.node
{%- endmacro %}

{#- The components that lost nothing and were met, with the name each had and the component that it is in now. -#}
{% macro components_known(at) -%}
    with met as (
        select left_component_id as component_id from {{ at.changed }}
        where left_component_id is not null and {{ search_filter('left_component_id') }}
        union all
        select right_component_id as component_id from {{ at.changed }}
        where right_component_id is not null and {{ search_filter('right_component_id') }}
    ),

    known as (
        select component_id, node_key, -1 - component_id as node
        from {{ at.names }}
        where component_id in (select component_id from met)
            and component_id not in (select component_id from {{ at.loosened }})
    )

    select
        known.component_id, known.node_key, {{ components_number('coalesce(roots.root, known.node)') }} as goes_into
    from known
    left join {{ at.roots }} as roots on known.node = roots.node
{%- endmacro %}

{#- The names to write: of components that are new, and of those that got a smaller node. -#}
{% macro components_renamed(at) -%}
    with named as (
        select goes_into as component_id, node_key from {{ at.known }}
        union all
        select component_id, node_key from {{ at.fresh }}
    ),

    least as (
        select component_id, min(node_key) as node_key
        from named
        group by component_id
    )

    select least.component_id, least.node_key
    from least
    left join {{ at.known }} as known on least.component_id = known.component_id
    where known.node_key is null or known.node_key <> least.node_key
{%- endmacro %}

{#- The components that are part of another one now, with those that had been part of them before. -#}
{% macro components_moved(at) -%}
    with moved as (
        select component_id, goes_into as merged_into from {{ at.known }} where goes_into <> component_id
    )

    select component_id, merged_into from moved
    union all
    select merged.component_id, moved.merged_into
    from {{ at.merged }} as merged
    inner join moved on merged.merged_into = moved.component_id
{%- endmacro %}

{#- How many numbers stand for more than one text: among new nodes, and between the ends of links and the nodes they met. -#}
{% macro components_ambiguous_in_part(at) -%}
    select
        (select count(*) - count(distinct node_id) from {{ at.fresh }})
        + (select count(*) from {{ at.changed }} where is_ambiguous) as ambiguous
{%- endmacro %}

{#- The statements that bring what is kept up to date. Nodes of loosened components leave and come back as worked out, new
    ones come; of a component that was merged into another one only the name leaves. Rows leave and come, none is updated:
    DuckDB packs the whole column anew when a value in it changes, and BigQuery writes the row's file anew either way. -#}
{% macro components_applied(at) -%}
    {{ return([
        'delete from ' ~ at.nodes ~ ' where component_id in (select part_id from ' ~ at.loosened ~ ')',
        'insert into ' ~ at.nodes ~ ' (node_id, component_id, node_check, node_key) select node_id, component_id, '
        ~ text_check('node_key') ~ ', node_key from ' ~ at.fresh,
        'delete from ' ~ at.names ~ ' where component_id in (select component_id from ' ~ at.loosened
        ~ ' union all select component_id from ' ~ at.renamed ~ ' where ' ~ search_filter('component_id')
        ~ ' union all select component_id from ' ~ at.known ~ ' where goes_into <> component_id)',
        'insert into ' ~ at.names ~ ' (component_id, node_key) select component_id, node_key from ' ~ at.renamed,
        'delete from ' ~ at.merged ~ ' where component_id in (select part_id from ' ~ at.loosened
        ~ ' union all select component_id from ' ~ at.moved ~ ')',
        'insert into ' ~ at.merged ~ ' (component_id, merged_into) select component_id, merged_into from ' ~ at.moved,
        'delete from ' ~ at.links ~ ' where (left_id, right_id) in (select (left_id, right_id) from ' ~ at.changed
        ~ ' where is_removed)',
        'insert into ' ~ at.links ~ ' (left_id, right_id) select left_id, right_id from ' ~ at.changed ~ ' where not is_removed',
        'delete from ' ~ at.state ~ ' where true',
        'insert into ' ~ at.state ~ ' (signature) select ' ~ components_signature(at),
    ]) }}
{%- endmacro %}
