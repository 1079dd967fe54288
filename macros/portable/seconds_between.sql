{#- Whole seconds from one TIMESTAMP to another, negative if reversed; NULL if either is. -#}
{% macro seconds_between(from_ts, to_ts) %}{{ return(adapter.dispatch('seconds_between', 'rendezvous')(from_ts, to_ts)) }}{% endmacro %}

{% macro bigquery__seconds_between(from_ts, to_ts) %}timestamp_diff({{ to_ts }}, {{ from_ts }}, second){% endmacro %}

{% macro duckdb__seconds_between(from_ts, to_ts) %}date_sub('second', {{ from_ts }}, {{ to_ts }}){% endmacro %}
