{#- A DATE moved by n calendar months (n an integer expression); a day that the month lacks becomes its last: 29 February
    and 12 months give 28 February, on both engines. NULL for NULL, and on BigQuery beyond
    the year 9999. Example: add_months_to_date('last_active_on', 'months'). -#}
{% macro add_months_to_date(day, n) %}{{ return(adapter.dispatch('add_months_to_date', 'rendezvous')(day, n)) }}{% endmacro %}

{% macro bigquery__add_months_to_date(day, n) %}safe.date_add({{ day }}, interval {{ n }} month){% endmacro %}

{% macro duckdb__add_months_to_date(day, n) %}cast({{ day }} + to_months(cast({{ n }} as integer)) as date){% endmacro %}
