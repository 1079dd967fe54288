-- Grain: one stay of a tablet or kiosk in a shop; the rows of
-- base_catalog__store_devices that stand.
with stg_catalog__store_devices as (

    select
        store_id,
        property,
        client_id,
        installed_on,
        removed_on,
        _file,
        _line
    from {{ ref('base_catalog__store_devices') }}
    where rejected_because is null

)

select * from stg_catalog__store_devices
