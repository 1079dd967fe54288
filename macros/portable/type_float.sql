{#- 64-bit floating point. For scores only, never for money. Example: cast(x as {{ type_float() }}). -#}
{% macro type_float() %}{{ return(adapter.dispatch('type_float', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__type_float() %}float64{% endmacro %}

{% macro duckdb__type_float() %}double{% endmacro %}
