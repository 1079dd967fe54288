{#- Text YYYY-MM-DD to DATE; NULL when unreadable. Anything more than a date is unreadable on both engines (a plain DuckDB
    cast would read 2024/05/30, infinity, and drop the time of an instant). Example: to_date('birth_date'). -#}
{% macro to_date(x) %}{{ return(adapter.dispatch('to_date', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_date(x) %}safe_cast(trim(cast({{ x }} as string)) as date){% endmacro %}

{% macro duckdb__to_date(x) %}case when regexp_full_match(trim(cast({{ x }} as varchar)), '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_cast({{ x }} as date) end{% endmacro %}
