-- Grain: one landed session part, or hit of a part that stands, that is unusable, in the
-- columns of quarantine.rejected_rows. Rows that another export or a later snapshot has
-- replaced are no faults; base_ga360__row_accounts counts them.
{{ config(materialized='view') }}

with sessions as (

    select
        source_table_kind,
        _file,
        _line,
        rejected_because
    from {{ ref('base_ga360__sessions') }}
    where
        rejected_because is not null
        and rejected_because not in ('superseded_snapshot', 'other_export_chosen')

),

hits as (

    select
        _file,
        _line,
        rejected_because
    from {{ ref('base_ga360__hits') }}
    where rejected_because is not null

),

base_ga360__rejected as (

    select
        'ga360' as source_system,
        case source_table_kind
            when 'daily' then 'ga_sessions'
            when 'intraday' then 'ga_sessions_intraday'
            else 'ga_realtime_sessions'
        end as table_name,
        _file as file,
        _line as line,
        rejected_because as reason
    from sessions
    union all
    select
        'ga360' as source_system,
        'hits' as table_name,
        _file as file,
        _line as line,
        rejected_because as reason
    from hits

)

select * from base_ga360__rejected
