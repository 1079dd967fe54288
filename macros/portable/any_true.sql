{#- Aggregate: true if the condition is true in any row, false if in none (NULL counts as not true).
    Example: any_true("action = 'add'"). -#}
{% macro any_true(condition) %}{{ return(adapter.dispatch('any_true', 'rendezvous')(condition)) }}{% endmacro %}

{% macro bigquery__any_true(condition) %}coalesce(logical_or({{ condition }}), false){% endmacro %}

{% macro duckdb__any_true(condition) %}coalesce(bool_or({{ condition }}), false){% endmacro %}
