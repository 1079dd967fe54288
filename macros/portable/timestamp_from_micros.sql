{#- Epoch microseconds (INT64) to TIMESTAMP in UTC; NULL for NULL. -#}
{% macro timestamp_from_micros(micros) %}{{ return(adapter.dispatch('timestamp_from_micros', 'rendezvous')(micros)) }}{% endmacro %}

{% macro bigquery__timestamp_from_micros(micros) %}timestamp_micros({{ micros }}){% endmacro %}

{% macro duckdb__timestamp_from_micros(micros) %}make_timestamp(cast({{ micros }} as bigint)){% endmacro %}
