-- Grain: one piece to lay out at one appointment, by rank. Owned pieces never come this
-- far, so is_owned is false; it is kept because readers of this table rely on being
-- told.
with items as (

    select * from {{ ref('int_appointments__items') }}

),

appointments as (

    select
        appointment_id,
        store_id
    from {{ ref('int_appointments__current') }}

),

appointment_profile_items as (

    select
        items.appointment_id,
        items.rank,
        items.sku,
        items.score,
        items.reason,
        false as is_owned,
        items.is_available_in_store,
        items.product_name,
        items.material,
        items.colour,
        items.size,
        appointments.store_id
    from items
    inner join appointments
        on items.appointment_id = appointments.appointment_id

)

select * from appointment_profile_items
