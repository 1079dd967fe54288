{#- Text or number to money; NULL when unreadable. Example: to_money('net_amount'). -#}
{% macro to_money(x) %}{{ return(adapter.dispatch('to_money', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_money(x) %}safe_cast({{ x }} as numeric){% endmacro %}

{% macro duckdb__to_money(x) %}try_cast({{ x }} as decimal(38, 9)){% endmacro %}
