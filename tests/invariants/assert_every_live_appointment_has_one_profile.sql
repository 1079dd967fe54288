-- Every appointment whose last word before as_of is booked, rescheduled or confirmed, for
-- an hour still to come, has one profile; a cancelled or past one has none.
with events as (

    select
        appointment_id,
        status,
        starts_at,
        row_number() over (
            partition by appointment_id
            order by recorded_at desc nulls last, appointment_event_id desc nulls last
        ) as recency
    from {{ ref('stg_appointments__appointment_events') }}
    where recorded_at <= {{ as_of() }}

),

live as (

    select appointment_id
    from events
    where recency = 1
        and status in ('booked', 'rescheduled', 'confirmed')
        and starts_at >= {{ as_of() }}

),

profiles as (

    select
        appointment_id,
        count(*) as profile_count
    from {{ ref('appointment_profiles') }}
    group by appointment_id

)

select
    coalesce(live.appointment_id, profiles.appointment_id) as appointment_id,
    profiles.profile_count
from live
full outer join profiles
    on live.appointment_id = profiles.appointment_id
where profiles.profile_count is distinct from 1
    or live.appointment_id is null
