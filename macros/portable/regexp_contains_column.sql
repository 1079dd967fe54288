{#- Whether a text contains a match of a pattern (RE2) held in a column; NULL if either is NULL.
    Example: regexp_contains_column('browser', 'rules.bot_browsers'). -#}
{% macro regexp_contains_column(x, pattern) %}{{ return(adapter.dispatch('regexp_contains_column', 'rendezvous')(x, pattern)) }}{% endmacro %}

{% macro bigquery__regexp_contains_column(x, pattern) %}regexp_contains({{ x }}, {{ pattern }}){% endmacro %}

{% macro duckdb__regexp_contains_column(x, pattern) %}regexp_matches({{ x }}, {{ pattern }}){% endmacro %}
