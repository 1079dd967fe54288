{#- A view's SQL as it is kept in the database. DuckDB names a database by its file or by what a reader calls it, so a view
    that names its own cannot be read from a copy with another name, nor by `attach 'house.duckdb' as bi`. Without that
    name DuckDB looks beside the view. A schema named like the database (a file marts.duckdb) needs it and keeps it.
    Arguments: the view, its SQL with names as dbt writes them. -#}
{% macro view_body(relation, sql) %}{{ return(adapter.dispatch('view_body', 'rendezvous')(relation, sql)) }}{% endmacro %}

{% macro bigquery__view_body(relation, sql) %}{{ return(sql) }}{% endmacro %}

{% macro duckdb__view_body(relation, sql) %}
    {%- set database = modules.re.escape(adapter.quote(relation.database) ~ '.') -%}
    {{ return(modules.re.sub(database ~ '(?!' ~ database ~ ')(?="[^"]+"[.]"[^"]+")', '', sql)) }}
{% endmacro %}
