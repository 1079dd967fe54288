-- Grain: one landed row of a GA360 export, of whichever kind, as text. The files are parsed
-- here and nowhere else; hits stay nested, so that a row is judged before it is unfolded.
{{ config(**by_day()) }}

with daily as (

    select
        'daily' as table_kind,
        property,
        table_date as report_date,
        fullVisitorId as full_visitor_id,
        clientId as client_id,
        userId as user_id,
        visitId as visit_id,
        visitNumber as visit_number,
        visitStartTime as visit_start_time,
        date as export_date,
        totals.visits as visits,
        totals.hits as reported_hits,
        trafficSource.source as traffic_source,
        trafficSource.medium as traffic_medium,
        trafficSource.campaign as traffic_campaign,
        device.browser as browser,
        device.deviceCategory as device_category,
        geoNetwork.country as country,
        privacy_info.analytics_storage as analytics_storage,
        privacy_info.ads_storage as ads_storage,
        customDimensions as custom_dimensions,
        hits,
        cast(null as string) as export_micros,
        cast(null as string) as export_key,
        cast(null as string) as visit_key,
        _file
    from {{ source('ga360', 'ga_sessions') }}
    where {{ in_days_to_build('table_date') }}

),

streaming as (

    select
        'streaming' as table_kind,
        property,
        table_date as report_date,
        fullVisitorId as full_visitor_id,
        clientId as client_id,
        userId as user_id,
        visitId as visit_id,
        visitNumber as visit_number,
        visitStartTime as visit_start_time,
        date as export_date,
        totals.visits as visits,
        totals.hits as reported_hits,
        trafficSource.source as traffic_source,
        trafficSource.medium as traffic_medium,
        trafficSource.campaign as traffic_campaign,
        device.browser as browser,
        device.deviceCategory as device_category,
        geoNetwork.country as country,
        privacy_info.analytics_storage as analytics_storage,
        privacy_info.ads_storage as ads_storage,
        customDimensions as custom_dimensions,
        hits,
        exportTimeUsec as export_micros,
        exportKey as export_key,
        visitKey as visit_key,
        _file
    from {{ source('ga360', 'ga_realtime_sessions') }}
    where {{ in_days_to_build('table_date') }}

),

intraday as (

    select
        'intraday' as table_kind,
        property,
        table_date as report_date,
        fullVisitorId as full_visitor_id,
        clientId as client_id,
        userId as user_id,
        visitId as visit_id,
        visitNumber as visit_number,
        visitStartTime as visit_start_time,
        date as export_date,
        totals.visits as visits,
        totals.hits as reported_hits,
        trafficSource.source as traffic_source,
        trafficSource.medium as traffic_medium,
        trafficSource.campaign as traffic_campaign,
        device.browser as browser,
        device.deviceCategory as device_category,
        geoNetwork.country as country,
        privacy_info.analytics_storage as analytics_storage,
        privacy_info.ads_storage as ads_storage,
        customDimensions as custom_dimensions,
        hits,
        cast(null as string) as export_micros,
        cast(null as string) as export_key,
        cast(null as string) as visit_key,
        _file
    from {{ source('ga360', 'ga_sessions_intraday') }}
    where {{ in_days_to_build('table_date') }}

),

landed as (

    select * from daily
    union all
    select * from streaming
    union all
    select * from intraday

),

base_ga360__exported_sessions as (

    select
        {{ row_id() }} as row_id,
        table_kind,
        property,
        report_date,
        full_visitor_id,
        client_id,
        user_id,
        visit_id,
        visit_number,
        visit_start_time,
        export_date,
        visits,
        reported_hits,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        browser,
        device_category,
        country,
        analytics_storage,
        ads_storage,
        custom_dimensions,
        hits,
        export_micros,
        export_key,
        visit_key,
        {{ array_length_of('hits') }} as hit_count,
        {{ array_distinct_count('hits', 'hit', to_int('hit.hitNumber')) }} as hit_number_count,
        {{ array_max_of('hits', 'hit', read_hit_millis('hit.time')) }} as last_hit_millis,
        _file
    from landed

)

select * from base_ga360__exported_sessions
