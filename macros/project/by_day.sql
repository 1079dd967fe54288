{#- The configuration of a day-local web fact: a table in which whole days are replaced.
    Use: {{ config(**by_day()) }} first in the model, and in_days_to_build() in its import. Facts that look across
    days are not built this way: they are recomputed from slim tables, so that any order of days ends the same. -#}
{% macro by_day() -%}
    {%- set config = {'tags': ['by_day']} -%}
    {%- do config.update(day_strategy()) -%}
    {{ return(config) }}
{%- endmacro %}

{#- Predicate: the day is to be built in this run. A list of constants, so that a partitioned read prunes; any day when
    the run builds all of them, and outside of runs. Ephemeral models may use it too. A view that joins two partitioned
    tables shows the day of each: name them all, for BigQuery prunes by no day that only a join says is the same.
    Example: where {{ in_days_to_build('report_date') }}; where {{ in_days_to_build('report_date', 'session_report_date') }} -#}
{% macro in_days_to_build(report_date) -%}
    {%- set days = days_to_read() -%}
    {%- if days is not none and not days -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set predicates = [] -%}
    {%- for column in [report_date] + varargs | list -%}
        {%- do predicates.append(on_any_day(column) if days is none else column ~ ' in (' ~ days | join(', ') ~ ')') -%}
    {%- endfor -%}
    {{ return(predicates | join(' and ')) }}
{%- endmacro %}

{#- The days a by-day model reads in this run, as DATE literals; none when it reads all of them, and outside of runs. -#}
{% macro days_to_read() -%}
    {%- if not execute or flags.WHICH not in ['build', 'run', 'test'] -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set run = days_of_this_run() -%}
    {{ return(none if run.is_whole_build else run.days) }}
{%- endmacro %}

{#- The days this run rebuilds, as DATE literals; see open_run. -#}
{% macro days_to_build() -%}
    {{ return(days_of_this_run().days if execute else []) }}
{%- endmacro %}

{#- What open_run has found, by one query: days, the days to rebuild as DATE literals, and is_whole_build, whether they
    are all there are. -#}
{% macro days_of_this_run() -%}
    {%- set found = run_query(
        "select cast(report_date as string) as report_date, is_whole_build from staging.days_to_build order by report_date"
    ) -%}
    {%- set days = [] -%}
    {%- for row in found.rows -%}
        {%- do days.append("date '" ~ (row[0] | string)[:10] ~ "'") -%}
    {%- endfor -%}
    {{ return({'days': days, 'is_whole_build': days | length > 0 and found.rows[0][1]}) }}
{%- endmacro %}

{#- Whether a by-day table is not there yet: the others are what it is made from, so that all days are built. -#}
{% macro lacks_by_day_tables() -%}
    {%- set missing = [] -%}
    {%- for unique_id in by_day_nodes() -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%}
            {%- do missing.append(unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(missing | length > 0) }}
{%- endmacro %}

{#- What a generic test reads: in a build of a few days, of a table or view kept by day those days alone. `dbt test`
    and a build of all days read any day; a test's own `where` wins. dbt calls it for each test. -#}
{% macro default__get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- set node = kept_by_day(relation) if execute and not where else none -%}
    {%- if node is not none -%}
        {%- set others = ['session_report_date', 'nested_report_date'] | select('in', node.columns) | list -%}
        {%- set where = in_days_to_build('report_date', *others) if flags.WHICH == 'build' else on_any_day('report_date') -%}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') as tested' if where else relation) }}
{%- endmacro %}

{#- The model of a relation if it is a by-day table, or a view of nothing else (tag by_day_view); else none. -#}
{% macro kept_by_day(relation) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.alias == relation.identifier -%}
        {{ return(node if 'by_day' in node.tags or 'by_day_view' in node.tags else none) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
