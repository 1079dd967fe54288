{#- How many elements of an array meet a condition written on a name for the element; 0 for NULL and for none.
    Example: array_count_where('hits.product', 'product', "product.isImpression = 'true'"). -#}
{% macro array_count_where(array, name, condition) %}{{ return(adapter.dispatch('array_count_where', 'rendezvous')(array, name, condition)) }}{% endmacro %}

{% macro bigquery__array_count_where(array, name, condition) %}(select count(*) from unnest({{ array }}) as {{ name }} where {{ condition }}){% endmacro %}

{% macro duckdb__array_count_where(array, name, condition) %}coalesce(len(list_filter({{ array }}, lambda {{ name }}: coalesce({{ condition }}, false))), 0){% endmacro %}
