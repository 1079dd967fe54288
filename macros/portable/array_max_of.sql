{#- The greatest value of an expression over the elements of an array; NULL for NULL, for none, and where all are NULL.
    Example: array_max_of('hits', 'hit', to_int('hit.time')). -#}
{% macro array_max_of(array, name, expression) %}{{ return(adapter.dispatch('array_max_of', 'rendezvous')(array, name, expression)) }}{% endmacro %}

{% macro bigquery__array_max_of(array, name, expression) %}(select max({{ expression }}) from unnest({{ array }}) as {{ name }}){% endmacro %}

{% macro duckdb__array_max_of(array, name, expression) %}list_max(list_transform({{ array }}, lambda {{ name }}: {{ expression }})){% endmacro %}
