-- Grain: one landed row that is flawed, with the line of its file on which it stands. Exports
-- are read in parallel, which counts no lines; the few files with such a row are read once
-- more, in order. Of rows that are alike in all that tells them apart, those that stand are
-- taken for the first ones.
{{ config(**by_day()) }}
-- noqa: disable=CP02

with flawed_rows as (

    select
        row_id,
        _file
    from {{ ref('base_ga360__flawed_rows') }}
    where
        {{ in_days_to_build('report_date', 'session_report_date', 'nested_report_date') }}
        and _line is null

),

sessions as (

    select
        row_id,
        rejected_because
    from {{ ref('base_ga360__sessions') }}
    where {{ in_days_to_build('report_date') }}

),

exported as (

    select
        row_id,
        report_date,
        content_id,
        {{ ga360_row_key() }} as row_key
    from {{ ref('base_ga360__exported_sessions') }}
    where
        {{ in_days_to_build('report_date') }}
        and withheld_because is null
        and _file in (select _file from flawed_rows)

),

lines as (

    select
        _file,
        _line,
        {{ clean_text('fullVisitorId') }} as visitor_id,
        {{ to_int('visitId') }} as visit_id,
        {{ read_visit_start('visitStartTime') }} as visit_start_time,
        {{ read_export_time('exportTimeUsec') }} as export_at,
        exportKey as export_key,
        {{ clean_text('visitKey') }} as visit_key,
        {{ array_length_of('hits') }} as hit_count
    from {{ ga360_lines(ref('base_ga360__flawed_rows')) }}

),

numbered_rows as (

    select
        exported.*,
        row_number() over (
            partition by exported.row_key
            order by
                sessions.rejected_because asc nulls first, exported.content_id asc nulls last,
                exported.row_id asc nulls last
        ) as place
    from exported
    inner join sessions on exported.row_id = sessions.row_id

),

keyed_lines as (

    select
        _line,
        {{ ga360_row_key() }} as row_key
    from lines

),

numbered_lines as (

    select
        keyed_lines.*,
        row_number() over (
            partition by row_key order by _line asc nulls last, row_key asc nulls last
        ) as place
    from keyed_lines

),

base_ga360__row_lines as (

    select
        numbered_rows.row_id,
        numbered_rows.report_date,
        numbered_lines._line
    from numbered_rows
    inner join numbered_lines
        on numbered_rows.row_key = numbered_lines.row_key
        and numbered_rows.place = numbered_lines.place
    where numbered_rows.row_id in (select row_id from flawed_rows)

)

select * from base_ga360__row_lines
