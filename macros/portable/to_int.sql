{#- Text to INT64; NULL when unreadable. Text with a fraction is unreadable on both engines (a plain DuckDB cast would
    round it). Example: to_int('quantity'). -#}
{% macro to_int(x) %}{{ return(adapter.dispatch('to_int', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_int(x) %}safe_cast({{ x }} as int64){% endmacro %}

{% macro duckdb__to_int(x) %}case when regexp_full_match(trim(cast({{ x }} as varchar)), '[+-]?[0-9]+') then try_cast({{ x }} as bigint) end{% endmacro %}
