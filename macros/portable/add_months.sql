{#- A TIMESTAMP moved by n calendar months in UTC (n an integer expression); the last of a month where the day is lacking:
    29 February and 24 months make 28 February. NULL if either is, and on BigQuery beyond the year 9999.
    Example: add_months('effective_at', 'reconfirm_months'). -#}
{% macro add_months(ts, n) %}{{ return(adapter.dispatch('add_months', 'rendezvous')(ts, n)) }}{% endmacro %}

{% macro bigquery__add_months(ts, n) %}timestamp(safe.datetime_add(datetime({{ ts }}), interval {{ n }} month)){% endmacro %}

{% macro duckdb__add_months(ts, n) %}({{ ts }} + to_months(cast({{ n }} as integer))){% endmacro %}
