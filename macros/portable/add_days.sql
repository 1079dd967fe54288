{#- A DATE moved by n days (n an integer expression, may be negative). Example: add_days('rate_on', 1). -#}
{% macro add_days(day, n) %}{{ return(adapter.dispatch('add_days', 'rendezvous')(day, n)) }}{% endmacro %}

{% macro bigquery__add_days(day, n) %}date_add({{ day }}, interval {{ n }} day){% endmacro %}

{% macro duckdb__add_days(day, n) %}cast({{ day }} + cast({{ n }} as integer) as date){% endmacro %}
