-- Grain: one line of a purchase or return, with the purchase it belongs to. A return that
-- names no purchase moves nothing: which of several it takes back is unknown.
with touchpoints as (

    select
        touchpoint_key,
        touchpoint_type,
        source_id,
        original_touchpoint_key
    from {{ ref('int_activity__touchpoints') }}
    where touchpoint_type in (
        'boutique_purchase', 'boutique_return', 'online_order', 'marketplace_order'
    )

),

receipt_lines as (

    select
        transaction_id,
        sku,
        abs(quantity) as quantity,
        coalesce(is_gift, false) as is_gift
    from {{ ref('stg_pos__transaction_lines') }}
    where sku is not null

),

order_lines as (

    select
        order_id,
        sku,
        quantity,
        case
            when returned_at > {{ as_of() }} then 0
            else coalesce(returned_quantity, 0)
        end as returned_quantity
    from {{ ref('stg_ecommerce__order_lines') }}
    where sku is not null

),

marketplace_lines as (

    select
        marketplace || '/' || order_id as source_id,
        sku,
        quantity
    from {{ ref('stg_marketplace__order_lines') }}
    where sku is not null

),

int_activity__product_movements as (

    select
        case
            when touchpoints.touchpoint_type = 'boutique_return'
                then touchpoints.original_touchpoint_key
            else touchpoints.touchpoint_key
        end as touchpoint_key,
        receipt_lines.sku,
        case
            when touchpoints.touchpoint_type = 'boutique_return' then 0
            when receipt_lines.is_gift then 0
            else receipt_lines.quantity
        end as own_quantity,
        case
            when touchpoints.touchpoint_type = 'boutique_return'
                then receipt_lines.quantity
            else 0
        end as returned_quantity
    from touchpoints
    inner join receipt_lines
        on touchpoints.source_id = receipt_lines.transaction_id
    where
        touchpoints.touchpoint_type in ('boutique_purchase', 'boutique_return')
        and (
            touchpoints.touchpoint_type = 'boutique_purchase'
            or touchpoints.original_touchpoint_key is not null
        )

    union all

    select
        touchpoints.touchpoint_key,
        order_lines.sku,
        order_lines.quantity,
        order_lines.returned_quantity
    from touchpoints
    inner join order_lines
        on touchpoints.source_id = order_lines.order_id
    where touchpoints.touchpoint_type = 'online_order'

    union all

    select
        touchpoints.touchpoint_key,
        marketplace_lines.sku,
        marketplace_lines.quantity,
        0 as returned_quantity
    from touchpoints
    inner join marketplace_lines
        on touchpoints.source_id = marketplace_lines.source_id
    where touchpoints.touchpoint_type = 'marketplace_order'

)

select * from int_activity__product_movements
