{#- Predicate for a model that is ephemeral because one by-day model alone reads it: the day is to be built by that
    model in this run, as in_days_to_build says it there. A view could not say it, and a filter on a view does not reach
    the partitions below a window or an aggregation: a day would read all of history.
    Example: where {{ in_days_read_by('base_ga360__hits', 'report_date') }} in base_ga360__landed_hits. -#}
{% macro in_days_read_by(reader, report_date) -%}
    {%- if not execute or flags.FULL_REFRESH -%}
        {{ return(on_any_day(report_date)) }}
    {%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ reader] -%}
    {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%}
        {{ return(on_any_day(report_date)) }}
    {%- endif -%}
    {%- set days = days_to_build() -%}
    {{ return(report_date ~ ' in (' ~ days | join(', ') ~ ')' if days else 'false') }}
{%- endmacro %}

{#- Predicate: any day at all. BigQuery refuses to read a table with require_partition_filter without a word about the
    day; this is one. -#}
{% macro on_any_day(report_date) %}{{ return(report_date ~ " >= date '0001-01-01'") }}{% endmacro %}
