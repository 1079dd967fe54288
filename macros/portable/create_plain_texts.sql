{#- The statements that make a table of texts anew, for one that is written and read whole more often than it lies. DuckDB:
    as they are, for packing them takes it as long again as all the rest of writing, and unpacking a third of every scan;
    the file is larger for it. BigQuery packs what it keeps anyway. Arguments: the table, its columns, all text, and the
    SQL of its rows with the same columns in that order. NULL stays NULL.
    Example: create_plain_texts(this, ['node_key'], 'select node_key from nodes') -#}
{% macro create_plain_texts(relation, columns, sql) -%}
    {{ return(adapter.dispatch('create_plain_texts', 'rendezvous')(relation, columns, sql)) }}
{%- endmacro %}

{% macro bigquery__create_plain_texts(relation, columns, sql) %}create or replace table {{ relation }} as {{ sql }}{% endmacro %}

{% macro duckdb__create_plain_texts(relation, columns, sql) -%}
    create or replace table {{ relation }} ({{ columns | join(' varchar using compression uncompressed, ') }}
        varchar using compression uncompressed);
    insert into {{ relation }} ({{ columns | join(', ') }}) {{ sql }}
{%- endmacro %}
