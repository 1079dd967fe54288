{#- Every match of a pattern replaced (RE2; groups as \\1). NULL for NULL.
    Example: regexp_replace_all('phone', "'[^0-9]'", "''"). -#}
{% macro regexp_replace_all(x, pattern, replacement) %}{{ return(adapter.dispatch('regexp_replace_all', 'rendezvous')(x, pattern, replacement)) }}{% endmacro %}

{% macro bigquery__regexp_replace_all(x, pattern, replacement) %}regexp_replace({{ x }}, r{{ pattern }}, r{{ replacement }}){% endmacro %}

{% macro duckdb__regexp_replace_all(x, pattern, replacement) %}regexp_replace({{ x }}, {{ pattern }}, {{ replacement }}, 'g'){% endmacro %}
