-- Grain: one landed session part, or hit of a part that stands, that is unusable or has a
-- field nobody could read, or product of a hit that stands with such a field. Rows that another
-- export or a later snapshot has replaced are no faults; base_ga360__row_accounts counts them.
-- The days of all three tables are shown, so that a reader of few days bounds each.
{{ config(materialized='view') }}

with sessions as (

    select * from {{ ref('base_ga360__sessions') }}

),

hits as (

    select * from {{ ref('base_ga360__hits') }}

),

products as (

    select
        hit_key,
        report_date,
        unreadable_fields
    from {{ ref('stg_ga360__hit_products') }}
    where unreadable_fields is not null

),

flawed_sessions as (

    select
        row_id,
        report_date,
        report_date as session_report_date,
        report_date as product_report_date,
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
    where
        (rejected_because is null and unreadable_fields is not null)
        or rejected_because not in ('superseded_snapshot', 'other_export_chosen')

),

hits_of_parts as (

    select
        sessions.row_id,
        sessions.report_date as session_report_date,
        hits.hit_key,
        hits.report_date,
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

flawed_hits as (

    select
        row_id,
        report_date,
        session_report_date,
        report_date as product_report_date,
        'hits' as table_name,
        _file,
        _line,
        rejected_because,
        unreadable_fields
    from hits_of_parts
    where rejected_because is not null or unreadable_fields is not null

),

flawed_products as (

    select
        hits_of_parts.row_id,
        hits_of_parts.report_date,
        hits_of_parts.session_report_date,
        products.report_date as product_report_date,
        'products' as table_name,
        hits_of_parts._file,
        hits_of_parts._line,
        hits_of_parts.rejected_because,
        products.unreadable_fields
    from products
    inner join hits_of_parts
        on products.hit_key = hits_of_parts.hit_key
        and products.report_date = hits_of_parts.report_date
    where hits_of_parts.rejected_because is null

),

base_ga360__flawed_rows as (

    select * from flawed_sessions
    union all
    select * from flawed_hits
    union all
    select * from flawed_products

)

select * from base_ga360__flawed_rows
