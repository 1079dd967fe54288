-- Grain: one count of a piece in a shop; the rows of base_stock__levels that stand.
with stg_stock__levels as (

    select
        snapshot_at,
        store_id,
        sku,
        on_hand_quantity,
        in_transfer_quantity,
        _file,
        _line
    from {{ ref('base_stock__levels') }}
    where rejected_because is null

)

select * from stg_stock__levels
