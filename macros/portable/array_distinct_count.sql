{#- How many different values an expression takes over the elements of an array, NULL not counted; 0 for NULL.
    Example: array_distinct_count('hits', 'hit', 'hit.hitNumber'). -#}
{% macro array_distinct_count(array, name, expression) %}{{ return(adapter.dispatch('array_distinct_count', 'rendezvous')(array, name, expression)) }}{% endmacro %}

{% macro bigquery__array_distinct_count(array, name, expression) %}(select count(distinct {{ expression }}) from unnest({{ array }}) as {{ name }}){% endmacro %}

{% macro duckdb__array_distinct_count(array, name, expression) %}coalesce(list_unique(list_transform({{ array }}, lambda {{ name }}: {{ expression }})), 0){% endmacro %}
