-- Grain: one landed session part, or hit of a part that stands, that is unusable or has a field
-- nobody could read, or product or slot of what stands with such a field. Rows that another
-- export or a later snapshot has replaced are no faults; base_ga360__row_accounts counts them.
-- The days of all tables are shown, so that a reader of few days bounds each.
{{ config(materialized='view') }}

with sessions as (

    select * from {{ ref('base_ga360__sessions') }}

),

hits as (

    select * from {{ ref('base_ga360__hits') }}

),

nested_flaws as (

    select * from {{ ref('base_ga360__nested_flaws') }}

),

parts_and_hits as (

    select
        row_id,
        session_part_key as holder_key,
        report_date,
        report_date as session_report_date,
        case source_table_kind
            when 'daily' then 'ga_sessions'
            when 'intraday' then 'ga_sessions_intraday'
            else 'ga_realtime_sessions'
        end as table_name,
        _file,
        _line,
        rejected_because,
        unreadable_fields
    from sessions
    where coalesce(rejected_because, '') not in ('superseded_snapshot', 'other_export_chosen')
    union all
    select
        sessions.row_id,
        hits.hit_key as holder_key,
        hits.report_date,
        sessions.report_date as session_report_date,
        'hits' as table_name,
        hits._file,
        hits._line,
        hits.rejected_because,
        hits.unreadable_fields
    from hits
    inner join sessions
        on hits.session_part_key = sessions.session_part_key
        and hits.report_date = sessions.report_date
    where sessions.rejected_because is null

),

base_ga360__flawed_rows as (

    select
        row_id,
        report_date,
        session_report_date,
        report_date as nested_report_date,
        table_name,
        _file,
        _line,
        rejected_because,
        unreadable_fields
    from parts_and_hits
    where rejected_because is not null or unreadable_fields is not null
    union all
    select
        parts_and_hits.row_id,
        parts_and_hits.report_date,
        parts_and_hits.session_report_date,
        nested_flaws.report_date as nested_report_date,
        nested_flaws.table_name,
        parts_and_hits._file,
        parts_and_hits._line,
        parts_and_hits.rejected_because,
        nested_flaws.unreadable_fields
    from nested_flaws
    inner join parts_and_hits
        on nested_flaws.holder_key = parts_and_hits.holder_key
        and nested_flaws.report_date = parts_and_hits.report_date
    where parts_and_hits.rejected_because is null

)

select * from base_ga360__flawed_rows
