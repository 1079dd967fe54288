{#- Quotient as a 64-bit float; NULL when the denominator is 0 or NULL. -#}
{% macro safe_divide(numerator, denominator) %}{{ return(adapter.dispatch('safe_divide', 'rendezvous')(numerator, denominator)) }}{% endmacro %}

{% macro bigquery__safe_divide(numerator, denominator) %}safe_divide(cast({{ numerator }} as float64), cast({{ denominator }} as float64)){% endmacro %}

{% macro duckdb__safe_divide(numerator, denominator) %}(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)){% endmacro %}
