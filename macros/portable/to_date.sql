{#- Text YYYY-MM-DD to DATE; NULL when unreadable. Example: to_date('birth_date'). -#}
{% macro to_date(x) %}{{ return(adapter.dispatch('to_date', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_date(x) %}safe_cast({{ x }} as date){% endmacro %}

{% macro duckdb__to_date(x) %}try_cast({{ x }} as date){% endmacro %}
