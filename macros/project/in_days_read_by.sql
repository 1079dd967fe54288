{#- Predicate for a model that is ephemeral because one by-day model alone reads it: the day is to be built by that
    model in this run, as in_days_to_build says it there. A view could not say it, and a filter on a view does not reach
    the partitions below a window or an aggregation: a day would read all of history.
    Example: where {{ in_days_read_by('base_ga360__hits', 'report_date') }} in base_ga360__landed_hits. -#}
{% macro in_days_read_by(reader, report_date) -%}
    {%- if not execute or flags.FULL_REFRESH -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ reader] -%}
    {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set days = days_to_build() -%}
    {{ return(report_date ~ ' in (' ~ days | join(', ') ~ ')' if days else 'false') }}
{%- endmacro %}
