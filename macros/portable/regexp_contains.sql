{#- Whether a text contains a match of a pattern (RE2, given as a SQL literal); NULL for NULL.
    Example: regexp_contains('page_path', "'^/stores'"). Write a backslash once; the leaf makes it raw. -#}
{% macro regexp_contains(x, pattern) %}{{ return(adapter.dispatch('regexp_contains', 'rendezvous')(x, pattern)) }}{% endmacro %}

{% macro bigquery__regexp_contains(x, pattern) %}regexp_contains({{ x }}, r{{ pattern }}){% endmacro %}

{% macro duckdb__regexp_contains(x, pattern) %}regexp_matches({{ x }}, {{ pattern }}){% endmacro %}
