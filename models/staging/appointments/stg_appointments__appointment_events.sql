-- Grain: one change of an appointment; the rows of
-- base_appointments__appointment_events that stand.
with stg_appointments__appointment_events as (

    select
        appointment_event_id,
        appointment_id,
        store_id,
        source_system,
        customer_id,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
        booked_via,
        motive,
        party_size,
        language,
        starts_at,
        ends_at,
        advisor_id,
        status,
        recorded_at,
        _file,
        _line
    from {{ ref('base_appointments__appointment_events') }}
    where rejected_because is null

)

select * from stg_appointments__appointment_events
