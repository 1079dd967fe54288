{#- Text in ISO 8601 to TIMESTAMP in UTC; NULL when unreadable. Text without an offset is read as UTC.
    Example: to_timestamp('created_at'). DuckDB: through timestamptz, since a plain cast would drop the offset;
    only behind a year, since DuckDB would also read 'infinity' and 'epoch'. -#}
{% macro to_timestamp(x) %}{{ return(adapter.dispatch('to_timestamp', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_timestamp(x) %}safe_cast({{ x }} as timestamp){% endmacro %}

{% macro duckdb__to_timestamp(x) %}case when regexp_matches({{ x }}, '^\s*[0-9]{4}-') then cast(try_cast({{ x }} as timestamptz) as timestamp) end{% endmacro %}
