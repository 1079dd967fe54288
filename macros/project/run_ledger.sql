{#- First statement of a run: writes the run into staging.run_ledger and fills staging.days_to_build with the days
    whose export has changed since the last run that ended well: new, restated or vanished days. A killed run marks
    nothing, so its days are built again. as_of plays no part: by-day models hold what is landed, and the models
    that read them filter by as_of. -#}
{% macro open_run() -%}
    {%- if not execute or flags.WHICH not in ['build', 'run', 'test', 'seed'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- for schema in ['reference', 'staging', 'intermediate', 'vault', 'quarantine', 'marts'] -%}
        {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- endfor -%}
    {%- do run_query("create table if not exists staging.run_ledger (invocation_id string, started_at string, as_of string, status string)") -%}
    {%- do run_query("create table if not exists staging.days_done (source_system string, property string, table_kind string, table_date date, version string)") -%}
    {%- do run_query("insert into staging.run_ledger values ('" ~ invocation_id ~ "', '" ~ run_started_at ~ "', '" ~ as_of_text() ~ "', 'started')") -%}
    {%- do run_query("create or replace table staging.days_to_build as " ~ changed_days()) -%}
    {{ return('') }}
{%- endmacro %}

{#- Days to build, one column report_date. A day counts for all properties at once: replacing it is cheap, and one
    list of constants serves every model. -#}
{% macro changed_days() -%}
    select distinct table_date as report_date
    from (
        select
            coalesce(landed.table_date, done.table_date) as table_date,
            landed.version as landed_version,
            done.version as done_version
        from landing.export_days as landed
        full outer join staging.days_done as done
            on landed.source_system = done.source_system
            and landed.property = done.property
            and landed.table_kind = done.table_kind
            and landed.table_date = done.table_date
    ) as compared
    {% if not flags.FULL_REFRESH -%}
    where landed_version is distinct from done_version
    {%- endif %}
{%- endmacro %}

{#- Last statement of a run: if every by-day model was built well, its days are done. -#}
{% macro close_run(results) -%}
    {%- if not execute or flags.WHICH not in ['build', 'run'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() if 'by_day' in node.tags and node.unique_id not in built -%}
        {%- do missing.append(node.name) -%}
    {%- endfor -%}
    {%- if not missing -%}
        {%- do run_query("create or replace table staging.days_done as select source_system, property, table_kind, table_date, version from landing.export_days") -%}
    {%- endif -%}
    {%- set failed = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'skipped', 'no-op']) | list -%}
    {%- do run_query("update staging.run_ledger set status = '" ~ ('failed' if failed else 'completed') ~ "' where invocation_id = '" ~ invocation_id ~ "'") -%}
    {{ return('') }}
{%- endmacro %}
