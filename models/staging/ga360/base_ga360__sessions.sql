-- Grain: one landed row of a GA360 export, typed and judged, without its hits. What does
-- not stand keeps its row: `rejected_because` tells a bad row from one that another export
-- or a later snapshot of the same session has replaced. Snapshots are whole, never deltas.
{{ config(**by_day()) }}
{#- Of rows that tell of one session the first in this order stands: behind last_hit_millis it says
    nothing of which came later, but is the same in each build, which row_id is not. -#}
{%- set latest = [
    'export_at desc nulls last', 'export_key desc nulls last', 'hit_count desc nulls last',
    'last_hit_millis desc nulls last', 'session_part_key asc nulls last', 'content_id asc nulls last',
    '_file asc nulls last', '_line asc nulls last', 'row_id asc nulls last',
] | join(', ') %}

with exported as (

    select * from {{ ref('base_ga360__exported_sessions') }}
    where {{ in_days_to_build('report_date') }}

),

choices as (

    select * from {{ ref('base_ga360__export_choices') }}

),

flawed as (

    select
        exported.*,
        choices.timezone,
        choices.currency_code as view_currency_code,
        {{ day_start(add_days('exported.report_date', 1), 'choices.timezone') }} as day_ended_at,
        {{ key(["'ga360'", 'exported.property', 'visitor_id', 'visit_id', 'visit_start_time']) }}
            as session_part_key,
        case
            when not choices.is_chosen then 'other_export_chosen'
            when exported.withheld_because is not null then exported.withheld_because
            when exported.visitor_id is null then 'visitor_id_missing'
            when exported.visit_id is null then 'visit_id_unreadable'
            when not exported.has_start_text then 'visit_start_time_missing'
            when exported.visit_start_time is null then 'visit_start_time_absurd'
            when exported.session_started_at
                > {{ day_start(add_days('exported.report_date', 3), "'UTC'") }}
                then 'visit_start_time_in_future'
        end as flaw
    from exported
    inner join choices
        on exported.property = choices.property
        and exported.table_kind = choices.table_kind
        and exported.report_date = choices.report_date

),

numbered as (

    select
        flawed.*,
        row_number() over (
            partition by property, report_date, flaw, coalesce(visit_key, session_part_key)
            order by {{ latest }}
        ) as snapshot_number,
        row_number() over (
            partition by property, report_date, flaw, session_part_key order by {{ latest }}
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
        case
            when flaw is not null then flaw
            when table_kind = 'streaming' and (snapshot_number > 1 or part_number > 1)
                then 'superseded_snapshot'
            when part_number > 1 then 'duplicate_session_part'
        end as rejected_because,
        unreadable_fields,
        _file,
        _line
    from numbered

)

select * from base_ga360__sessions
