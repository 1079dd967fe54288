-- Grain: one piece (sku) of one purchase, with what the client kept of it. Gifts are
-- bought, not owned; a return takes back from the purchase it names, never from another
-- one.
with touchpoints as (

    select
        touchpoint_key,
        customer_key,
        touchpoint_type,
        occurred_at
    from {{ ref('int_activity__touchpoints') }}
    where touchpoint_type in ('boutique_purchase', 'online_order', 'marketplace_order')

),

movements as (

    select
        touchpoint_key,
        sku,
        own_quantity,
        returned_quantity
    from {{ ref('int_activity__product_movements') }}

),

netted as (

    select
        touchpoint_key,
        sku,
        sum(own_quantity) - sum(returned_quantity) as kept_quantity
    from movements
    group by touchpoint_key, sku

),

int_activity__purchased_products as (

    select
        netted.touchpoint_key,
        netted.sku,
        touchpoints.customer_key,
        touchpoints.occurred_at as bought_at,
        case
            when netted.kept_quantity > 0 then netted.kept_quantity
            else 0
        end as kept_quantity
    from netted
    inner join touchpoints
        on netted.touchpoint_key = touchpoints.touchpoint_key

)

select * from int_activity__purchased_products
