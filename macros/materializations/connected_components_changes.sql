{#- The statements by which a later run changes a table of components instead of making it anew; plain SQL on both
    engines. `kept` is the table <model>__links: the numbers (left_id, right_id) of the ends of every link. -#}

{#- The links that came and went since the last run, compared as sets. What went has no texts: nobody needs them. -#}
{% macro components_compared(given, kept) -%}
    select links.left_id, links.right_id, links.left_node, links.right_node, false as is_removed
    from {{ given }} as links
    left join {{ kept }} as kept on links.left_id = kept.left_id and links.right_id = kept.right_id
    where kept.left_id is null
    union all
    select kept.left_id, kept.right_id, cast(null as string), cast(null as string), true as is_removed
    from {{ kept }} as kept
    left join {{ given }} as links on kept.left_id = links.left_id and kept.right_id = links.right_id
    where links.left_id is null
{%- endmacro %}

{#- The changes a model names itself, without those that change nothing: what came is new, what went was there. Only links
    between two nodes that are both in the table can have been there; where none is, DuckDB does not read the kept ones. -#}
{% macro components_told(given, kept, met) -%}
    with between_known as (
        select left_id, right_id
        from {{ given }}
        where left_id in (select node_id from {{ met }}) and right_id in (select node_id from {{ met }})
    ),

    kept_again as (
        select kept.left_id, kept.right_id
        from {{ kept }} as kept
        inner join between_known on kept.left_id = between_known.left_id and kept.right_id = between_known.right_id
        group by 1, 2
    )

    select links.left_id, links.right_id, links.left_node, links.right_node, links.is_removed
    from {{ given }} as links
    left join kept_again on links.left_id = kept_again.left_id and links.right_id = kept_again.right_id
    where links.is_removed = (kept_again.left_id is not null)
{%- endmacro %}

{#- The ends of links: the number, and the text if a link tells it; links that went may not. -#}
{% macro components_ends(links) -%}
    with ends as (
        select left_id as node_id, left_node as node_key from {{ links }}
        union all
        select right_id as node_id, right_node as node_key from {{ links }}
    )

    select node_id, min(node_key) as node_key, max(node_key) as other_key
    from ends
    group by node_id
{%- endmacro %}

{#- Those ends that are in the table of components already, with their component. -#}
{% macro components_met(target, ends) -%}
    select ends.node_id, placed.node_key, placed.component_key
    from {{ target }} as placed
    inner join {{ ends }} as ends on {{ text_id('placed.node_key') }} = ends.node_id
{%- endmacro %}

{#- How many numbers stand for more than one text among the ends and the nodes they met. -#}
{% macro components_met_ambiguous(ends, met) -%}
    select
        (select count(*) from {{ ends }} where node_key <> other_key)
        + (select count(*) - count(distinct node_id) from {{ met }})
        + (
            select count(*) from {{ ends }} as ends inner join {{ met }} as met on ends.node_id = met.node_id
            where ends.node_key <> met.node_key
        ) as ambiguous
{%- endmacro %}

{#- The nodes of the components that lost a link: these are worked out anew from the links they have now. Both ends of a
    link that was there are in one component, so the left one tells it. -#}
{% macro components_loosened(target, met, changed) -%}
    with losing as (
        select met.component_key
        from {{ met }} as met
        inner join {{ changed }} as changed on met.node_id = changed.left_id
        where changed.is_removed
    )

    select {{ text_id('node_key') }} as node_id, node_key, component_key
    from {{ target }}
    where component_key in (select component_key from losing)
{%- endmacro %}

{#- The graph to work on. Links that came, where a component that lost nothing stands as one node, its component_key,
    the smallest of its nodes; and what is left of the links of loosened components. -#}
{% macro components_work(changed, met, loosened, kept) -%}
    with standing as (
        select met.node_id, met.component_key
        from {{ met }} as met
        where met.component_key not in (select component_key from {{ loosened }})
    ),

    gone as (
        select left_id, right_id from {{ changed }} where is_removed group by 1, 2
    )

    select
        coalesce(left_standing.component_key, changed.left_node) as left_node,
        coalesce(right_standing.component_key, changed.right_node) as right_node
    from {{ changed }} as changed
    left join standing as left_standing on changed.left_id = left_standing.node_id
    left join standing as right_standing on changed.right_id = right_standing.node_id
    where not changed.is_removed
    union all
    select left_ends.node_key as left_node, right_ends.node_key as right_node
    from {{ kept }} as kept
    inner join {{ loosened }} as left_ends on kept.left_id = left_ends.node_id
    inner join {{ loosened }} as right_ends on kept.right_id = right_ends.node_id
    left join gone on kept.left_id = gone.left_id and kept.right_id = gone.right_id
    where gone.left_id is null
{%- endmacro %}

{#- The rows of components that lost nothing and were merged into one of a smaller name, under that name. -#}
{% macro components_moved(target, labels, loosened) -%}
    select placed.node_key, labels.component_key
    from {{ target }} as placed
    inner join {{ labels }} as labels on placed.component_key = labels.node_key
    where
        labels.component_key <> labels.node_key
        and placed.component_key not in (select component_key from {{ loosened }})
{%- endmacro %}

{#- The statements that bring the table, the kept links and their state up to date: loosened and merged components leave,
    merged ones come back under their new name, what was worked out anew comes in. Rows leave and come, none is updated:
    DuckDB packs the whole column anew when a value in it changes, and BigQuery writes the row's file anew either way. -#}
{% macro components_applied(target, kept, changed, met, loosened, labels, moved) -%}
    {%- set statements = [
        'delete from ' ~ target ~ ' where component_key in (select component_key from ' ~ loosened
        ~ ' union all select node_key from ' ~ labels ~ ' where component_key <> node_key)',
        'insert into ' ~ target ~ ' (node_key, component_key) select node_key, component_key from ' ~ moved
        ~ ' union all select labels.node_key, labels.component_key from ' ~ labels
        ~ ' as labels where labels.node_key not in (select component_key from ' ~ met
        ~ ' where component_key not in (select component_key from ' ~ loosened ~ '))',
        'delete from ' ~ kept ~ ' where (left_id, right_id) in (select (left_id, right_id) from ' ~ changed
        ~ ' where is_removed)',
        'insert into ' ~ kept ~ ' (left_id, right_id) select left_id, right_id from ' ~ changed ~ ' where not is_removed',
        'delete from ' ~ components_kept('state') ~ ' where true',
        'insert into ' ~ components_kept('state') ~ ' (signature) select ' ~ components_signature(),
    ] -%}
    {{ return(all_or_nothing(statements)) }}
{%- endmacro %}
