{#- Whether a value is an element of an array; false for a NULL array. Example: array_contains('repeated_offsets', 'hit_offset'). -#}
{% macro array_contains(array, value) %}{{ return(adapter.dispatch('array_contains', 'rendezvous')(array, value)) }}{% endmacro %}

{% macro bigquery__array_contains(array, value) %}coalesce({{ value }} in unnest({{ array }}), false){% endmacro %}

{% macro duckdb__array_contains(array, value) %}coalesce(list_contains({{ array }}, {{ value }}), false){% endmacro %}
