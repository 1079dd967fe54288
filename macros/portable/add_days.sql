{#- A DATE moved by n days (n an integer expression, may be negative). NULL on BigQuery beyond the
    year 9999, so that one absurd cell stops no build. Example: add_days('rate_on', 1). -#}
{% macro add_days(day, n) %}{{ return(adapter.dispatch('add_days', 'rendezvous')(day, n)) }}{% endmacro %}

{% macro bigquery__add_days(day, n) %}safe.date_add({{ day }}, interval {{ n }} day){% endmacro %}

{% macro duckdb__add_days(day, n) %}cast({{ day }} + cast({{ n }} as integer) as date){% endmacro %}
