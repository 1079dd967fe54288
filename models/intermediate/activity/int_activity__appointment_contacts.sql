{{ config(materialized='view') }}
-- Grain: one contact of a kind per appointment: made, called off, kept, missed. A
-- missed appointment that was later set right counts as kept only. A visit is at the
-- check-in, or at the agreed hour when only its end was noted.
with appointment_events as (

    select
        appointment_id,
        status,
        starts_at,
        recorded_at
    from {{ ref('stg_appointments__appointment_events') }}
    where recorded_at <= {{ as_of() }}

),

appointments as (

    select
        appointment_id,
        store_id,
        crm_source_system,
        crm_customer_id,
        reconciliation_key,
        status
    from {{ ref('int_appointments__current') }}

),

kinds as (

    select
        appointment_id,
        case
            when status in ('checked_in', 'completed') then 'appointment_visit'
            when status in ('booked', 'cancelled', 'no_show')
                then 'appointment_' || status
        end as touchpoint_type,
        case when status = 'checked_in' then recorded_at end as checked_in_at,
        case
            when status = 'completed' and starts_at < recorded_at then starts_at
            else recorded_at
        end as noted_at
    from appointment_events

),

contacts as (

    select
        appointment_id,
        touchpoint_type,
        coalesce(min(checked_in_at), min(noted_at)) as occurred_at
    from kinds
    where touchpoint_type is not null
    group by appointment_id, touchpoint_type

),

int_activity__appointment_contacts as (

    select
        {{ key(['contacts.touchpoint_type', 'contacts.appointment_id']) }}
            as touchpoint_key,
        contacts.touchpoint_type,
        'appointments' as source_system,
        contacts.appointment_id as source_id,
        contacts.occurred_at,
        appointments.store_id,
        appointments.crm_source_system,
        appointments.crm_customer_id,
        appointments.reconciliation_key
    from contacts
    inner join appointments
        on contacts.appointment_id = appointments.appointment_id
    where contacts.touchpoint_type <> 'appointment_no_show'
        or appointments.status = 'no_show'

)

select * from int_activity__appointment_contacts
