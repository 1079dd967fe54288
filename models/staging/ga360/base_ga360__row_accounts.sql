-- Grain: property x day x kind of export. Where every landed row went:
-- landed = kept + superseded + other_export + rejected, and the same for the hits of the
-- rows that were kept. (A count of conditions that are all NULL is NULL on DuckDB.)
{{ config(materialized='view') }}

with sessions as (

    select
        property,
        report_date,
        source_table_kind,
        count(*) as landed_row_count,
        countif(rejected_because is null) as kept_row_count,
        coalesce(countif(rejected_because = 'superseded_snapshot'), 0) as superseded_row_count,
        coalesce(countif(rejected_because = 'other_export_chosen'), 0) as other_export_row_count,
        coalesce(countif(rejected_because not in ('superseded_snapshot', 'other_export_chosen')), 0)
            as rejected_row_count,
        sum(case when rejected_because is null then hit_count else 0 end) as landed_hit_count
    from {{ ref('base_ga360__sessions') }}
    group by property, report_date, source_table_kind

),

hits as (

    select
        property,
        report_date,
        countif(rejected_because is null) as kept_hit_count,
        countif(rejected_because is not null) as rejected_hit_count
    from {{ ref('base_ga360__hits') }}
    group by property, report_date

),

base_ga360__row_accounts as (

    select
        sessions.property,
        sessions.report_date,
        sessions.source_table_kind,
        sessions.landed_row_count,
        sessions.kept_row_count,
        sessions.superseded_row_count,
        sessions.other_export_row_count,
        sessions.rejected_row_count,
        sessions.landed_hit_count,
        case when sessions.kept_row_count > 0 then coalesce(hits.kept_hit_count, 0) else 0 end
            as kept_hit_count,
        case when sessions.kept_row_count > 0 then coalesce(hits.rejected_hit_count, 0) else 0 end
            as rejected_hit_count
    from sessions
    left join hits
        on sessions.property = hits.property
        and sessions.report_date = hits.report_date

)

select * from base_ga360__row_accounts
