-- Grain: one row, always. How far the web data reached at as_of, and whether the last
-- of it may still change.
with sessions as (

    select
        arrived_at,
        is_provisional
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}

),

int_appointments__freshness as (

    select
        max(arrived_at) as data_as_of,
        {{ any_true('is_provisional') }} as is_provisional
    from sessions

)

select * from int_appointments__freshness
