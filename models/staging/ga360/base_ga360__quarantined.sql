-- Grain: one landed session part or hit that is flawed, with the line on which it stands: what
-- the models of quarantine list.
{{ config(materialized='view') }}

with flawed_rows as (

    select * from {{ ref('base_ga360__flawed_rows') }}

),

row_lines as (

    select * from {{ ref('base_ga360__row_lines') }}

),

base_ga360__quarantined as (

    select
        flawed_rows.table_name,
        flawed_rows._file,
        coalesce(flawed_rows._line, row_lines._line) as _line,
        flawed_rows.rejected_because,
        flawed_rows.unreadable_fields
    from flawed_rows
    left join row_lines
        on flawed_rows.row_id = row_lines.row_id
        and flawed_rows.report_date = row_lines.report_date

)

select * from base_ga360__quarantined
