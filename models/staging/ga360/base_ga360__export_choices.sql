-- Grain: one export that lies there for a property and day. Exactly one kind counts per
-- property and day: daily, else streaming, else intraday. They are never mixed: the daily
-- export may draw the bounds of a session differently. A property that nobody configured
-- is read in UTC rather than left out.
{{ config(materialized='table') }}

with export_days as (

    select
        source_system,
        property,
        table_kind,
        table_date
    from {{ source('landing', 'export_days') }}
    where source_system = 'ga360'

),

properties as (

    select
        property,
        source_system,
        currency_code,
        {{ known_time_zone('timezone') }} as timezone
    from {{ ref('web_properties') }}

),

base_ga360__export_choices as (

    select
        export_days.property,
        export_days.table_kind,
        export_days.table_date as report_date,
        coalesce(properties.timezone, 'UTC') as timezone,
        properties.currency_code,
        row_number() over (
            partition by export_days.property, export_days.table_date
            order by
                case export_days.table_kind
                    when 'daily' then 1
                    when 'streaming' then 2
                    else 3
                end nulls last,
                export_days.table_kind nulls last
        ) = 1 as is_chosen
    from export_days
    left join properties
        on export_days.property = properties.property
        and export_days.source_system = properties.source_system

)

select * from base_ga360__export_choices
