{#- Number of elements of an array; 0 for NULL and for an empty one. -#}
{% macro array_length_of(array) %}{{ return(adapter.dispatch('array_length_of', 'rendezvous')(array)) }}{% endmacro %}

{% macro bigquery__array_length_of(array) %}coalesce(array_length({{ array }}), 0){% endmacro %}

{% macro duckdb__array_length_of(array) %}coalesce(len({{ array }}), 0){% endmacro %}
