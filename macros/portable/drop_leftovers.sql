{#- Drops the half-made and set-aside relations that a killed run leaves in our schemas: on DuckDB, where dbt's own
    materializations (a model that a house adds) build under another name and then rename. BigQuery replaces a table in
    one step and leaves none. Use: {% do drop_leftovers(['staging', 'marts']) %} -#}
{% macro drop_leftovers(schemas) %}{{ return(adapter.dispatch('drop_leftovers', 'rendezvous')(schemas)) }}{% endmacro %}

{% macro bigquery__drop_leftovers(schemas) %}{{ return([]) }}{% endmacro %}

{% macro duckdb__drop_leftovers(schemas) %}
    {%- set found = run_query(
        "select table_schema, table_name, table_type from information_schema.tables"
        ~ " where table_catalog = current_database() and contains(table_name, '__dbt_')"
        ~ " and table_schema in ('" ~ schemas | join("', '") ~ "')"
    ) -%}
    {%- for row in found.rows -%}
        {%- set kind = 'view' if row[2] == 'VIEW' else 'table' -%}
        {%- do run_query('drop ' ~ kind ~ ' ' ~ row[0] ~ '."' ~ row[1] ~ '"') -%}
    {%- endfor -%}
    {{ return(found.rows | list) }}
{% endmacro %}
