{#- Aggregate: columns of a group's last row as one struct; last by the expressions of `by`, the first of them counting
    first. None of them may be NULL, which would stand first on one engine and last on the other, and rows alike in all of
    them must be alike in the columns.
    Example: last_row(['status', 'event_id'], by=['occurred_at', "coalesce(event_id, '')"]), read as name.status. -#}
{% macro last_row(columns, by) %}{{ return(adapter.dispatch('last_row', 'rendezvous')(columns, by)) }}{% endmacro %}

{#- Column by column, all of the same row: an array of structs is more than the emulator can order. -#}
{% macro bigquery__last_row(columns, by) %}struct(
    {%- for column in columns %}
    array_agg({{ column }} order by {{ by | join(' desc, ') }} desc limit 1)[offset(0)] as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
){% endmacro %}

{#- One hash of the groups, with the greatest row of each so far; a window would sort all rows. A sort key is compared
    byte by byte, a row of columns one by one, which takes a fifth longer. -#}
{% macro duckdb__last_row(columns, by) %}arg_max(
    struct_pack({% for column in columns %}{{ column }} := {{ column }}{{ ', ' if not loop.last }}{% endfor %}),
    create_sort_key({% for key in by %}{{ key }}, 'asc nulls last'{{ ', ' if not loop.last }}{% endfor %})
){% endmacro %}
