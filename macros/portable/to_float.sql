{#- Text or number to 64-bit float; NULL when unreadable. Example: to_float('score'). -#}
{% macro to_float(x) %}{{ return(adapter.dispatch('to_float', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_float(x) %}safe_cast({{ x }} as float64){% endmacro %}

{% macro duckdb__to_float(x) %}try_cast({{ x }} as double){% endmacro %}
