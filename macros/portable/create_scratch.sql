{#- The statements that fill scratch tables, replacing what they held. Argument: a dictionary of their relations (scratch_table)
    and the SQL of their rows; each may read those before it. NULL in the rows stays NULL.
    Example: create_scratch({given: 'select 1 as one'}) -#}
{% macro create_scratch(tables) %}{{ return(adapter.dispatch('create_scratch', 'rendezvous')(tables)) }}{% endmacro %}

{% macro bigquery__create_scratch(tables) -%}
    {%- for relation, rows in tables.items() -%}
        create or replace table {{ relation }} as {{ rows }};
    {% endfor -%}
{%- endmacro %}

{% macro duckdb__create_scratch(tables) -%}
    {%- for relation, rows in tables.items() -%}
        create or replace temporary table {{ relation }} as {{ rows }};
    {% endfor -%}
{%- endmacro %}
