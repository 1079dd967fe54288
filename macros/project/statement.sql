{#- dbt's own `statement`, but for tests: one only reads, so it needs no transaction to be opened and rolled back, and its
    SQL lies in target/compiled already. dbt calls this macro for everything it sends. -#}
{% macro statement(name=none, fetch_result=false, auto_begin=true, language='sql') -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- if model.resource_type != 'test' -%}
        {{ return(dbt.statement(name, fetch_result, auto_begin, language, caller=caller)) }}
    {%- endif -%}
    {%- set response, table = adapter.execute(caller(), auto_begin=false, fetch=fetch_result) -%}
    {%- if name is not none -%}
        {{ store_result(name, response=response, agate_table=table) }}
    {%- endif -%}
{%- endmacro %}
