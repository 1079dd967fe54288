{#- Epoch milliseconds (INT64) to TIMESTAMP in UTC; NULL for NULL. -#}
{% macro timestamp_from_millis(millis) %}{{ return(adapter.dispatch('timestamp_from_millis', 'rendezvous')(millis)) }}{% endmacro %}

{% macro bigquery__timestamp_from_millis(millis) %}timestamp_millis({{ millis }}){% endmacro %}

{% macro duckdb__timestamp_from_millis(millis) %}make_timestamp(cast({{ millis }} as bigint) * 1000){% endmacro %}
