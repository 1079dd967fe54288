{#- Text to INT64; NULL when unreadable. Digits with perhaps a sign and white space around, on both engines: a plain DuckDB
    cast would round a fraction, BigQuery's would read 0x1F. Example: to_int('quantity'). -#}
{% macro to_int(x) %}{{ return(adapter.dispatch('to_int', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_int(x) %}case when regexp_contains(cast({{ x }} as string), r'^\s*[+-]?[0-9]+\s*$') then safe_cast({{ x }} as int64) end{% endmacro %}

{% macro duckdb__to_int(x) %}case when regexp_full_match(cast({{ x }} as varchar), '\s*[+-]?[0-9]+\s*') then try_cast({{ x }} as bigint) end{% endmacro %}
