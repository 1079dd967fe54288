{#- First statement of a run. Writes the run into staging.run_ledger, clears what a killed run left, and fills
    staging.days_to_build with the days whose export has changed since the last run that built them well: new,
    restated or vanished days. Those days lose their done mark before any model is touched, so that a run which
    dies half-way leaves them to be built again, even if their files change back or go away meanwhile.
    as_of plays no part: by-day models hold what is landed, and the models that read them filter by as_of. -#}
{% macro open_run() -%}
    {%- if not execute or flags.WHICH not in ['build', 'run', 'test', 'seed'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set schemas = ['reference', 'staging', 'intermediate', 'vault', 'quarantine', 'marts'] -%}
    {%- for schema in schemas -%}
        {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- endfor -%}
    {%- do drop_leftovers(schemas) -%}
    {%- do open_landing() -%}
    {%- do run_query("create table if not exists staging.run_ledger (invocation_id string, command string, started_at string, as_of string, status string)") -%}
    {#- What `rendezvous privacy` has answered; models read it. -#}
    {%- do run_query("create table if not exists vault.privacy_log (request_id string, kind string, subject_type string, done_at timestamp, outcome string, certificate string)") -%}
    {%- do run_query("create table if not exists staging.days_done (source_system string, property string, table_kind string, table_date date, version string)") -%}
    {%- do run_query("update staging.run_ledger set status = 'crashed' where status = 'started'") -%}
    {%- do run_query("insert into staging.run_ledger values ('" ~ invocation_id ~ "', '" ~ flags.WHICH ~ "', '" ~ run_started_at ~ "', '" ~ as_of_text() ~ "', 'started')") -%}
    {%- set all_days = flags.FULL_REFRESH or lacks_by_day_tables() -%}
    {%- do run_query("create or replace table staging.days_to_build as " ~ changed_days(all_days)) -%}
    {%- if flags.WHICH in ['build', 'run'] -%}
        {%- do run_query(mark_days_open(all_days)) -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}

{#- Days to build. A day counts for all properties at once: replacing it is cheap, and one list of constants serves
    every model. `all_days`: every day, changed or not. is_whole_build: no day is left as it is. -#}
{% macro changed_days(all_days=false) -%}
    with versions as (
        select
            coalesce(landed.table_date, done.table_date) as report_date,
            landed.version is distinct from done.version as is_changed
        from (
            select source_system, property, table_kind, table_date, {{ landed_version() }} as version
            from {{ source('landing', 'export_days') }}
        ) as landed
        full outer join staging.days_done as done
            on landed.source_system = done.source_system
            and landed.property = done.property
            and landed.table_kind = done.table_kind
            and landed.table_date = done.table_date
    ),
    days as (
        select report_date, {{ 'true' if all_days else any_true('is_changed') }} as is_changed
        from versions
        group by report_date
    )
    select report_date, sum(case when is_changed then 0 else 1 end) over () = 0 as is_whole_build
    from days
    qualify is_changed
{%- endmacro %}

{#- The statement after which every day to build is known to days_done as 'open', a version no export has. -#}
{% macro mark_days_open(all_days=false) -%}
    create or replace table staging.days_done as
    with changed as (
        select report_date from ({{ changed_days(all_days) }})
    ),
    known as (
        select source_system, property, table_kind, table_date, version from staging.days_done
        union all
        select source_system, property, table_kind, table_date, 'open' as version
        from {{ source('landing', 'export_days') }}
        where table_date in (select report_date from changed)
    )
    select distinct
        known.source_system,
        known.property,
        known.table_kind,
        known.table_date,
        case when changed.report_date is null then known.version else 'open' end as version
    from known
    left join changed
        on known.table_date = changed.report_date
{%- endmacro %}

{#- Last statement of a run: if every by-day model was built well, its days are done. -#}
{% macro close_run(results) -%}
    {%- if not execute or flags.WHICH not in ['build', 'run', 'test', 'seed'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- set missing = by_day_nodes() | reject('in', built) | list -%}
    {#- With --empty or --sample a model is "built" without its rows. -#}
    {%- set is_whole = not invocation_args_dict.get('empty') and not invocation_args_dict.get('sample') -%}
    {%- if flags.WHICH in ['build', 'run'] and is_whole and not missing -%}
        {%- do run_query("create or replace table staging.days_done as select source_system, property, table_kind, table_date, " ~ landed_version() ~ " as version from " ~ source('landing', 'export_days')) -%}
    {%- endif -%}
    {%- do name_columns_at_fault(results) -%}
    {%- set failed = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'skipped', 'no-op']) | list -%}
    {%- do run_query("update staging.run_ledger set status = '" ~ ('failed' if failed else 'completed') ~ "' where invocation_id = '" ~ invocation_id ~ "'") -%}
    {{ return('') }}
{%- endmacro %}
