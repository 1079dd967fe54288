{#- Tables and views on DuckDB, each replaced by one statement, as dbt-bigquery does it: dbt-duckdb builds beside,
    renames twice and drops, which takes longer than most of our statements. `create or replace` is one transaction:
    readers see the old table until the new one is whole. BigQuery keeps its adapter's own. -#}
{% materialization table, adapter='duckdb' %}
    {{ return(replace_in_place('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(replace_in_place('view')) }}
{% endmaterialization %}

{#- Replaces the model's relation by its SQL. kind: 'table' or 'view'. -#}
{% macro replace_in_place(kind) -%}
    {%- set target = this.incorporate(type=kind) -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none and existing.type != kind -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=false) -%}
        create or replace {{ kind }} {{ target }} as {{ view_body(target, sql) if kind == 'view' else sql }}
    {%- endcall -%}
    {%- if config.persist_relation_docs() or config.persist_column_docs() -%}
        {%- do persist_docs(target, model) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{#- A table in which the days of this run are replaced, in one transaction; built whole when all days are. Its SQL
    selects those days with in_days_to_build(). DuckDB only; see day_strategy for BigQuery. -#}
{% materialization by_day, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set days = days_to_read() -%}
    {%- if existing is none or not existing.is_table or days is none -%}
        {{ return(replace_in_place('table')) }}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if days -%}
            delete from {{ this }} where report_date in ({{ days | join(', ') }});
            insert into {{ this }} by name {{ sql }}
        {%- else -%}
            select 'no day has changed'
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
