{#- An instant as text, UTC, ISO 8601 with microseconds and Z: the same on both engines, so keys may be made of it. -#}
{% macro timestamp_text(ts) %}{{ return(adapter.dispatch('timestamp_text', 'rendezvous')(ts)) }}{% endmacro %}

{% macro bigquery__timestamp_text(ts) %}format_timestamp('%Y-%m-%dT%H:%M:%E6SZ', {{ ts }}, 'UTC'){% endmacro %}

{% macro duckdb__timestamp_text(ts) %}strftime({{ ts }}, '%Y-%m-%dT%H:%M:%S.%fZ'){% endmacro %}
