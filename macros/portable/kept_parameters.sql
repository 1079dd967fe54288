{#- Of a query string the parameters whose name is in an array, in their order, joined by '&'; NULL when none is.
    Example: kept_parameters('query', 'parameters.names'). A NULL array keeps nothing. -#}
{% macro kept_parameters(query, names) %}{{ return(adapter.dispatch('kept_parameters', 'rendezvous')(query, names)) }}{% endmacro %}

{% macro bigquery__kept_parameters(query, names) %}(select string_agg(part, '&' order by part_offset) from unnest(split({{ query }}, '&')) as part with offset as part_offset where split(part, '=')[safe_offset(0)] in unnest({{ names }})){% endmacro %}

{% macro duckdb__kept_parameters(query, names) %}nullif(array_to_string(list_filter(split({{ query }}, '&'), lambda part: coalesce(list_contains({{ names }}, split_part(part, '=', 1)), false)), '&'), ''){% endmacro %}
