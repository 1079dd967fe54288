-- Grain: one piece to lay out at one appointment, by rank. Owned pieces never come this
-- far, so is_owned is false; it is kept because readers of this table rely on being
-- told.
with items as (

    select * from {{ ref('int_appointments__items') }}

),

appointment_profile_items as (

    select
        appointment_id,
        rank,
        sku,
        score,
        reason,
        false as is_owned,
        is_available_in_store,
        product_name,
        material,
        colour,
        size
    from items

)

select * from appointment_profile_items
