-- Grain: one piece in the last stock count of a boutique before as_of. A piece that the
-- last count does not name is not there, whatever an older count said.
with levels as (

    select
        snapshot_at,
        store_id,
        sku,
        on_hand_quantity
    from {{ ref('stg_stock__levels') }}
    where snapshot_at <= {{ as_of() }}

),

last_counts as (

    select
        store_id,
        max(snapshot_at) as snapshot_at
    from levels
    group by store_id

),

int_appointments__stock as (

    select
        levels.store_id,
        levels.sku,
        levels.snapshot_at,
        sum(levels.on_hand_quantity) as on_hand_quantity
    from levels
    inner join last_counts
        on levels.store_id = last_counts.store_id
        and levels.snapshot_at = last_counts.snapshot_at
    group by levels.store_id, levels.sku, levels.snapshot_at

)

select * from int_appointments__stock
