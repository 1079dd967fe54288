-- Grain: one landed row of a GA360 export, typed. The files are parsed here and nowhere
-- else; hits stay nested, so that a row is judged before it is unfolded.
-- The export's own names are in mixed case.
{{ config(**by_day()) }}
-- noqa: disable=CP02

with exports as (

    select * from {{ ga360_exports() }}

),

typed as (

    select
        {{ row_id() }} as row_id,
        table_kind,
        property,
        table_date as report_date,
        {{ clean_text('fullVisitorId') }} as visitor_id,
        {{ clean_text('clientId') }} as client_id,
        {{ clean_text('userId') }} as user_id,
        {{ to_int('visitId') }} as visit_id,
        {{ to_int('visitNumber') }} as visit_number,
        {{ read_visit_start('visitStartTime') }} as visit_start_time,
        {{ clean_text('visitStartTime') }} is not null as has_start_text,
        coalesce({{ to_int('totals.visits') }} = 1, false) as counts_as_session,
        {{ scrub('trafficSource.source') }} as traffic_source,
        {{ lower_case(trim_all('trafficSource.medium')) }} as traffic_medium,
        {{ scrub(not_set('trafficSource.campaign')) }} as traffic_campaign,
        {{ lower_case(not_set('device.browser')) }} as browser,
        {{ not_set('device.deviceCategory') }} as device_category,
        {{ not_set('geoNetwork.country') }} as country,
        {{ consent_state('privacy_info.analytics_storage') }} as consent_analytics,
        {{ consent_state('privacy_info.ads_storage') }} as consent_ads,
        customDimensions as custom_dimensions,
        hits,
        {{ read_export_time('exportTimeUsec') }} as export_at,
        exportKey as export_key,
        {{ clean_text('visitKey') }} as visit_key,
        {{ array_length_of('hits') }} as hit_count,
        {{ array_distinct_count('hits', 'hit', to_int('hit.hitNumber')) }} as hit_number_count,
        coalesce({{ array_max_of('hits', 'hit', read_hit_millis('hit.time')) }}, 0)
            as last_hit_millis,
        {{ unreadable_fields({
            'visitNumber': to_int('visitNumber'),
            'totals.visits': to_int('totals.visits'),
            'exportTimeUsec': to_int('exportTimeUsec'),
            'date': "nullif(date = replace(cast(table_date as string), '-', ''), false)",
            'privacy_info.analytics_storage': read_consent('privacy_info.analytics_storage'),
            'privacy_info.ads_storage': read_consent('privacy_info.ads_storage'),
        }) }} as unreadable_fields,
        withheld_because,
        _file,
        _line
    from exports

),

base_ga360__exported_sessions as (

    select
        *,
        {{ content_id([
            'visit_number', 'client_id', 'user_id', 'counts_as_session', 'traffic_source',
            'traffic_medium', 'traffic_campaign', 'browser', 'device_category', 'country',
            'consent_analytics', 'consent_ads', 'custom_dimensions', 'hits',
        ]) }} as content_id,
        {{ timestamp_from_seconds('visit_start_time') }} as session_started_at,
        {{ timestamp_from_millis('visit_start_time * 1000 + last_hit_millis') }} as last_hit_at
    from typed

)

select * from base_ga360__exported_sessions
