-- Grain: one landed row of a GA360 export, of whichever kind, as it came. A filter on
-- property or table_date reaches the files, so a day reads only its own.
-- The export's own names are in mixed case.
{{ config(materialized='view') }}
-- noqa: disable=CP02

with daily as (

    select
        'daily' as table_kind,
        property,
        table_date,
        fullVisitorId,
        clientId,
        userId,
        visitId,
        visitNumber,
        visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        exportTimeUsec,
        exportKey,
        visitKey,
        _file
    from {{ source('ga360', 'ga_sessions') }}

),

streaming as (

    select
        'streaming' as table_kind,
        property,
        table_date,
        fullVisitorId,
        clientId,
        userId,
        visitId,
        visitNumber,
        visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        exportTimeUsec,
        exportKey,
        visitKey,
        _file
    from {{ source('ga360', 'ga_realtime_sessions') }}

),

intraday as (

    select
        'intraday' as table_kind,
        property,
        table_date,
        fullVisitorId,
        clientId,
        userId,
        visitId,
        visitNumber,
        visitStartTime,
        totals,
        trafficSource,
        device,
        geoNetwork,
        privacy_info,
        customDimensions,
        hits,
        exportTimeUsec,
        exportKey,
        visitKey,
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
