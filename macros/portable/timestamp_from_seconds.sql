{#- Epoch seconds (INT64) to TIMESTAMP in UTC; NULL for NULL. Example: timestamp_from_seconds('visit_start_time'). -#}
{% macro timestamp_from_seconds(seconds) %}{{ return(adapter.dispatch('timestamp_from_seconds', 'rendezvous')(seconds)) }}{% endmacro %}

{% macro bigquery__timestamp_from_seconds(seconds) %}timestamp_seconds({{ seconds }}){% endmacro %}

{% macro duckdb__timestamp_from_seconds(seconds) %}make_timestamp(cast({{ seconds }} as bigint) * 1000000){% endmacro %}
