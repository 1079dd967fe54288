{#- The lines of the JSON files in which a row of this run is flawed, as a relation: _file, _line, and the fields of a row
    that tell it from others, as they came. Argument: the relation of flawed rows, with _file, _line (NULL where nobody knows
    it yet), report_date, session_report_date and nested_report_date. DuckDB: asks which files these are, and has the
    plugin's landing.lines_of read them. BigQuery, whose exports are tables without lines, and outside of runs: no row.
    Example: from {{ ga360_lines(ref('base_ga360__flawed_rows')) }}. -#}
{% macro ga360_lines(flawed_rows) %}{{ return(adapter.dispatch('ga360_lines', 'rendezvous')(flawed_rows)) }}{% endmacro %}

{% macro bigquery__ga360_lines(flawed_rows) %}
    {{- return(ga360_no_lines()) -}}
{% endmacro %}

{% macro duckdb__ga360_lines(flawed_rows) %}
    {%- set paths = [] -%}
    {%- if execute and flags.INTROSPECT and flags.WHICH in ['build', 'run'] -%}
        {%- set found = run_query(
            "select distinct files.path from landing.web_files as files inner join " ~ flawed_rows ~ " as flawed_rows"
            ~ " on files.file = flawed_rows._file where flawed_rows._line is null and files.path not like '%.parquet' and "
            ~ in_days_to_build(
                'flawed_rows.report_date', 'flawed_rows.session_report_date', 'flawed_rows.nested_report_date'
            ) ~ " order by files.path"
        ) -%}
        {%- for row in found.rows -%}
            {%- do paths.append("'" ~ row[0] | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return('landing.lines_of([' ~ paths | join(', ') ~ '])' if paths else ga360_no_lines()) -}}
{% endmacro %}

{% macro ga360_no_lines() -%}
    (
        select
            cast(null as string) as _file,
            cast(null as int64) as _line,
            cast(null as string) as fullVisitorId,
            cast(null as string) as visitId,
            cast(null as string) as visitStartTime,
            cast(null as string) as exportTimeUsec,
            cast(null as string) as exportKey,
            cast(null as string) as visitKey,
            split(cast(null as string), ',') as hits
        from (select 1 as nothing)
        where false
    )
{%- endmacro %}
