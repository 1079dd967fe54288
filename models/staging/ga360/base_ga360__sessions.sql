-- Grain: one landed row of a GA360 export, typed and judged, without its hits. What does
-- not stand keeps its row: `rejected_because` tells a bad row from one that another export
-- or a later snapshot of the same session has replaced. Snapshots are whole, never deltas.
{{ config(**by_day()) }}

with typed as (

    select
        row_id,
        table_kind,
        property,
        report_date,
        {{ clean_text('full_visitor_id') }} as visitor_id,
        {{ clean_text('client_id') }} as client_id,
        {{ clean_text('user_id') }} as user_id,
        {{ to_int('visit_id') }} as visit_id,
        {{ to_int('visit_number') }} as visit_number,
        -- Seconds between 2005 and 2100; anything else is another unit or no time at all.
        case
            when {{ to_int('visit_start_time') }} between 1104537600 and 4102444800
                then {{ to_int('visit_start_time') }}
        end as visit_start_time,
        visit_start_time is not null as has_start_text,
        coalesce({{ to_int('visits') }} = 1, false) as counts_as_session,
        {{ scrub('traffic_source') }} as traffic_source,
        lower(trim(traffic_medium)) as traffic_medium,
        {{ scrub('traffic_campaign') }} as traffic_campaign,
        {{ not_set('browser') }} as browser,
        {{ not_set('device_category') }} as device_category,
        {{ not_set('country') }} as country,
        {{ consent_state('analytics_storage') }} as consent_analytics,
        {{ consent_state('ads_storage') }} as consent_ads,
        custom_dimensions,
        case
            when {{ to_int('export_micros') }} between 0 and 4102444800000000
                then {{ timestamp_from_micros(to_int('export_micros')) }}
        end as export_at,
        export_key,
        {{ clean_text('visit_key') }} as visit_key,
        hit_count,
        hit_count > hit_number_count as has_odd_hits,
        coalesce(last_hit_millis, 0) as last_hit_millis,
        {{ unreadable_fields({
            'visit_number': to_int('visit_number'),
            'visits': to_int('visits'),
            'export_micros': to_int('export_micros'),
        }) }} as unreadable_fields,
        _file
    from {{ ref('base_ga360__exported_sessions') }}
    where {{ in_days_to_build('report_date') }}

),

choices as (

    select
        property,
        table_kind,
        report_date,
        timezone,
        currency_code,
        is_chosen
    from {{ ref('base_ga360__export_choices') }}

),

flawed as (

    select
        typed.*,
        choices.timezone,
        choices.currency_code as view_currency_code,
        {{ timestamp_from_seconds('typed.visit_start_time') }} as session_started_at,
        {{ timestamp_from_millis(
            'typed.visit_start_time * 1000 + typed.last_hit_millis'
        ) }} as last_hit_at,
        {{ day_start(add_days('typed.report_date', 1), 'choices.timezone') }} as day_ended_at,
        {{ key([
            "'ga360'", 'typed.property', 'typed.visitor_id', 'typed.visit_id',
            'typed.visit_start_time',
        ]) }} as session_part_key,
        case
            when not choices.is_chosen then 'other_export_chosen'
            when typed.visitor_id is null then 'visitor_id_missing'
            when typed.visit_id is null then 'visit_id_unreadable'
            when not typed.has_start_text then 'visit_start_time_missing'
            when typed.visit_start_time is null then 'visit_start_time_absurd'
            when {{ timestamp_from_seconds('typed.visit_start_time') }}
                > {{ day_start(add_days('typed.report_date', 3), "'UTC'") }}
                then 'visit_start_time_in_future'
        end as flaw
    from typed
    inner join choices
        on typed.property = choices.property
        and typed.table_kind = choices.table_kind
        and typed.report_date = choices.report_date

),

numbered as (

    select
        flawed.*,
        row_number() over (
            partition by
                property, report_date, flaw, coalesce(visit_key, session_part_key)
            order by
                export_at desc nulls last, export_key desc nulls last,
                hit_count desc nulls last, last_hit_millis desc nulls last,
                row_id asc nulls last
        ) as snapshot_number,
        row_number() over (
            partition by property, report_date, flaw, session_part_key
            order by
                export_at desc nulls last, export_key desc nulls last,
                hit_count desc nulls last, last_hit_millis desc nulls last,
                row_id asc nulls last
        ) as part_number
    from flawed

),

base_ga360__sessions as (

    select
        row_id,
        'ga360' as source_system,
        property,
        table_kind as source_table_kind,
        table_kind <> 'daily' as is_provisional,
        report_date,
        session_part_key,
        {{ key(["'ga360'", 'property', 'visitor_id', 'visit_id']) }} as session_key,
        {{ key(["'ga360'", 'property', 'visitor_id']) }} as visitor_key,
        visitor_id,
        client_id,
        user_id,
        visit_id,
        visit_number,
        visit_start_time,
        session_started_at,
        case
            when table_kind = 'intraday' then last_hit_at
            when table_kind = 'streaming' and export_at is not null then export_at
            when last_hit_at > day_ended_at then last_hit_at
            else day_ended_at
        end as arrived_at,
        export_at,
        counts_as_session,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        browser,
        device_category,
        country,
        consent_analytics,
        consent_ads,
        view_currency_code,
        custom_dimensions,
        hit_count,
        has_odd_hits,
        case
            when flaw is not null then flaw
            when table_kind = 'streaming' and (snapshot_number > 1 or part_number > 1)
                then 'superseded_snapshot'
            when part_number > 1 then 'duplicate_session_part'
        end as rejected_because,
        unreadable_fields,
        _file,
        cast(null as int64) as _line
    from numbered

)

select * from base_ga360__sessions
