{#- Text YYYY-MM-DD to DATE; NULL when unreadable. Anything more than a date with white space around is unreadable on both
    engines (a plain DuckDB cast would read 2024/05/30, infinity and the year 0, and drop the time of an instant).
    Example: to_date('birth_date'). -#}
{% macro to_date(x) %}{{ return(adapter.dispatch('to_date', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_date(x) %}case when regexp_contains({{ x }}, r'^\s*[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}\s*$') then safe_cast(trim({{ x }}) as date) end{% endmacro %}

{% macro duckdb__to_date(x) %}case when regexp_matches({{ x }}, '^\s*[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}\s*$') then try_cast({{ x }} as date) end{% endmacro %}
