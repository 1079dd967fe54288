{#- The statements that make a table anew, for one that is written and read whole more often than it lies. DuckDB: its columns
    as they are, for packing texts takes as long again as all the rest of writing, and unpacking a third of every scan;
    the file is larger for it. BigQuery packs what it keeps anyway. Arguments: the table, the type of each column ('string',
    'int64'), and the SQL of its rows with the same columns in that order. NULL stays NULL.
    Example: create_unpacked(this, {'node_key': 'string'}, 'select node_key from nodes') -#}
{% macro create_unpacked(relation, columns, sql) -%}
    {{ return(adapter.dispatch('create_unpacked', 'rendezvous')(relation, columns, sql)) }}
{%- endmacro %}

{% macro bigquery__create_unpacked(relation, columns, sql) %}create or replace table {{ relation }} as {{ sql }}{% endmacro %}

{% macro duckdb__create_unpacked(relation, columns, sql) -%}
    create or replace table {{ relation }} ({{ columns.items() | map('join', ' ') | join(' using compression uncompressed, ') }}
        using compression uncompressed);
    insert into {{ relation }} ({{ columns | join(', ') }}) {{ sql }}
{%- endmacro %}
