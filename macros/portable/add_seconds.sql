{#- A TIMESTAMP moved by n seconds (n an integer expression, may be negative). NULL on BigQuery beyond the year 9999. -#}
{% macro add_seconds(ts, n) %}{{ return(adapter.dispatch('add_seconds', 'rendezvous')(ts, n)) }}{% endmacro %}

{% macro bigquery__add_seconds(ts, n) %}safe.timestamp_add({{ ts }}, interval {{ n }} second){% endmacro %}

{% macro duckdb__add_seconds(ts, n) %}({{ ts }} + to_seconds(cast({{ n }} as bigint))){% endmacro %}
