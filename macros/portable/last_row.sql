{#- Aggregate: the columns of a group's last row as one struct; last by the expressions of `by`, the first of them
    counting first. They must be the row's own choice to the end (no two rows alike in all of them that differ in a
    column) and never NULL, for a NULL would stand first on one engine and last on the other.
    Example: last_row(['status', 'event_id'], by=['occurred_at', "coalesce(event_id, '')"]), read as name.status. -#}
{% macro last_row(columns, by) %}{{ return(adapter.dispatch('last_row', 'rendezvous')(columns, by)) }}{% endmacro %}

{% macro bigquery__last_row(columns, by) %}array_agg(
    struct({{ columns | join(', ') }}) order by {{ by | join(' desc, ') }} desc limit 1
)[offset(0)]{% endmacro %}

{#- A hash of the group with its greatest row so far; a window would sort all rows. -#}
{% macro duckdb__last_row(columns, by) %}arg_max(
    struct_pack({% for column in columns %}{{ column }} := {{ column }}{{ ', ' if not loop.last }}{% endfor %}),
    row({{ by | join(', ') }})
){% endmacro %}
