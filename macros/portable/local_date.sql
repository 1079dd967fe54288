{#- The calendar date of an instant in a time zone (IANA name, a column or a literal); NULL if either is, and on BigQuery beyond the year
    9999. Example: local_date('hit_at', 'timezone'). -#}
{% macro local_date(ts, timezone) %}{{ return(adapter.dispatch('local_date', 'rendezvous')(ts, timezone)) }}{% endmacro %}

{% macro bigquery__local_date(ts, timezone) %}safe.date({{ ts }}, {{ timezone }}){% endmacro %}

{% macro duckdb__local_date(ts, timezone) %}cast(timezone({{ timezone }}, timezone('UTC', {{ ts }})) as date){% endmacro %}
