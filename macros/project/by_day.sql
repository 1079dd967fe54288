{#- The configuration of a day-local web fact: an incremental table in which whole days are replaced.
    Use: {{ config(**by_day()) }} first in the model, and in_days_to_build() in its import. Facts that look across
    days are not built this way: they are recomputed from slim tables, so that any order of days ends the same. -#}
{% macro by_day() -%}
    {%- set config = {'materialized': 'incremental', 'on_schema_change': 'fail', 'tags': ['by_day']} -%}
    {%- do config.update(day_strategy()) -%}
    {{ return(config) }}
{%- endmacro %}

{#- Predicate: the day is to be built in this run. A list of constants, so that a partitioned read prunes.
    True for every day when the table is built for the first time. Example: where {{ in_days_to_build('report_date') }} -#}
{% macro in_days_to_build(report_date) -%}
    {%- if not is_incremental() -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set days = days_to_build() -%}
    {{ return(report_date ~ ' in (' ~ days | join(', ') ~ ')' if days else 'false') }}
{%- endmacro %}

{#- The days this run rebuilds, as DATE literals; see open_run. -#}
{% macro days_to_build() -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query("select cast(report_date as string) as report_date from staging.days_to_build order by report_date") -%}
    {%- set days = [] -%}
    {%- for day in found.columns[0].values() -%}
        {%- do days.append("date '" ~ (day | string)[:10] ~ "'") -%}
    {%- endfor -%}
    {{ return(days) }}
{%- endmacro %}
