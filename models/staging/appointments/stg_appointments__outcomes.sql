-- Grain: one outcome of a piece in an appointment; the rows of
-- base_appointments__outcomes that stand.
with stg_appointments__outcomes as (

    select
        appointment_id,
        sku,
        outcome,
        reason_code,
        recorded_at,
        _file,
        _line
    from {{ ref('base_appointments__outcomes') }}
    where rejected_because is null

)

select * from stg_appointments__outcomes
