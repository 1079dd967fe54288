{{ config(materialized='view') }}
-- Grain: one order on a marketplace. Its buyer is the marketplace's own: relay addresses
-- lead to nobody the house knows. The day of the rate
-- is the UTC day; a marketplace names no time zone.
with orders as (

    select
        marketplace,
        order_id,
        ordered_at,
        currency_code,
        gross_amount
    from {{ ref('stg_marketplace__orders') }}
    where ordered_at <= {{ as_of() }}

),

order_lines as (

    select
        marketplace,
        order_id,
        net_amount
    from {{ ref('stg_marketplace__order_lines') }}

),

summed as (

    select
        marketplace,
        order_id,
        count(*) as line_count,
        case when count(*) = count(net_amount) then sum(net_amount) end as amount
    from order_lines
    group by marketplace, order_id

),

int_activity__marketplace_orders as (

    select
        {{ key(["'marketplace order'", 'orders.marketplace', 'orders.order_id']) }}
            as touchpoint_key,
        'marketplace_order' as touchpoint_type,
        'marketplace' as source_system,
        orders.marketplace || '/' || orders.order_id as source_id,
        orders.ordered_at as occurred_at,
        case
            when summed.line_count is null then orders.gross_amount
            else summed.amount
        end as amount,
        orders.currency_code,
        {{ local_date('orders.ordered_at', "'UTC'") }} as amount_on,
        'marketplace_order' as own_identifier_type,
        orders.marketplace as own_identifier_system,
        orders.order_id as own_identifier_value
    from orders
    left join summed
        on orders.marketplace = summed.marketplace
        and orders.order_id = summed.order_id

)

select * from int_activity__marketplace_orders
