{#- The statement that fills a scratch table, replacing what it held. Arguments: its relation (scratch_table) and the SQL
    of its rows. Example: create_scratch(given, 'select 1 as one'). NULL in the rows stays NULL. -#}
{% macro create_scratch(relation, sql) %}{{ return(adapter.dispatch('create_scratch', 'rendezvous')(relation, sql)) }}{% endmacro %}

{% macro bigquery__create_scratch(relation, sql) %}create or replace table {{ relation }} as {{ sql }}{% endmacro %}

{% macro duckdb__create_scratch(relation, sql) %}create or replace temporary table {{ relation }} as {{ sql }}{% endmacro %}
