-- Grain: one landed row of a GA360 export, of whichever kind, as it came. A filter on
-- property or table_date reaches the files, so a day reads only its own. Scalars are text
-- here: BigQuery's exports hold numbers, and staging judges text.
-- The export's own names are in mixed case.
{{ config(materialized='view') }}
-- noqa: disable=CP02

with daily as (

    select
        'daily' as table_kind,
        property,
        table_date,
        cast(fullVisitorId as string) as fullVisitorId,
        cast(clientId as string) as clientId,
        cast(userId as string) as userId,
        cast(visitId as string) as visitId,
        cast(visitNumber as string) as visitNumber,
        cast(visitStartTime as string) as visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        cast(exportTimeUsec as string) as exportTimeUsec,
        cast(exportKey as string) as exportKey,
        cast(visitKey as string) as visitKey,
        _file
    from {{ source('ga360', 'ga_sessions') }}

),

streaming as (

    select
        'streaming' as table_kind,
        property,
        table_date,
        cast(fullVisitorId as string) as fullVisitorId,
        cast(clientId as string) as clientId,
        cast(userId as string) as userId,
        cast(visitId as string) as visitId,
        cast(visitNumber as string) as visitNumber,
        cast(visitStartTime as string) as visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        cast(exportTimeUsec as string) as exportTimeUsec,
        cast(exportKey as string) as exportKey,
        cast(visitKey as string) as visitKey,
        _file
    from {{ source('ga360', 'ga_realtime_sessions') }}

),

intraday as (

    select
        'intraday' as table_kind,
        property,
        table_date,
        cast(fullVisitorId as string) as fullVisitorId,
        cast(clientId as string) as clientId,
        cast(userId as string) as userId,
        cast(visitId as string) as visitId,
        cast(visitNumber as string) as visitNumber,
        cast(visitStartTime as string) as visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        cast(exportTimeUsec as string) as exportTimeUsec,
        cast(exportKey as string) as exportKey,
        cast(visitKey as string) as visitKey,
        _file
    from {{ source('ga360', 'ga_sessions_intraday') }}

),

base_ga360__exports as (

    select * from daily
    union all
    select * from streaming
    union all
    select * from intraday

)

select * from base_ga360__exports
