-- Grain: one landed row = one version of a count of a piece in a shop, typed and
-- judged. A negative count is a fault of the stock system and reads as unknown, not as
-- none.
{{ config(materialized='table') }}

with typed as (

    select
        {{ read_timestamp('snapshot_at') }} as snapshot_at,
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('sku') }} as sku,
        {{ read_count('on_hand_quantity') }} as on_hand_quantity,
        {{ read_count('in_transfer_quantity') }} as in_transfer_quantity,
        {{ unreadable_fields({
            'on_hand_quantity': read_count('on_hand_quantity'),
            'in_transfer_quantity': read_count('in_transfer_quantity'),
        }) }} as unreadable_fields,
        {{ key([
            'snapshot_at', 'store_id', 'sku', 'on_hand_quantity',
            'in_transfer_quantity',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('stock', 'levels') }}

),

judged as (

    select
        typed.*,
        case
            when store_id is null or sku is null then 'unusable_key'
            when snapshot_at is null then 'unusable_snapshot_at'
        end as flaw
    from typed

),

base_stock__levels as (

    select
        snapshot_at,
        store_id,
        sku,
        on_hand_quantity,
        in_transfer_quantity,
        coalesce(
            flaw,
            {{ superseded(['snapshot_at', 'store_id', 'sku']) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_stock__levels
