{{ config(materialized='view') }}
-- Grain: one line of an online order that came back, as far as known at as_of. A part
-- of a line comes back at its share of the price. A return without a readable date is
-- counted with its order: money must not vanish.
with order_lines as (

    select
        order_id,
        line_number,
        quantity,
        net_amount,
        returned_quantity,
        returned_at
    from {{ ref('stg_ecommerce__order_lines') }}
    where returned_quantity > 0

),

orders as (

    select
        touchpoint_key,
        touchpoint_type,
        source_id,
        occurred_at,
        store_id,
        currency_code,
        crm_source_system,
        crm_customer_id,
        reconciliation_key,
        own_identifier_type,
        own_identifier_system,
        own_identifier_value
    from {{ ref('int_activity__online_orders') }}

),

shops as (

    select
        crm_source_system,
        timezone
    from {{ ref('int_activity__shops') }}

),

returned as (

    select
        orders.touchpoint_key,
        orders.occurred_at as ordered_at,
        orders.store_id,
        orders.currency_code,
        orders.crm_source_system,
        orders.crm_customer_id,
        orders.reconciliation_key,
        orders.own_identifier_type,
        orders.own_identifier_system,
        orders.own_identifier_value,
        order_lines.order_id,
        order_lines.line_number,
        coalesce(order_lines.returned_at, orders.occurred_at) as occurred_at,
        case
            when order_lines.returned_quantity >= order_lines.quantity
                then order_lines.net_amount
            else {{ cents(safe_divide(
                'order_lines.net_amount * order_lines.returned_quantity',
                'order_lines.quantity'
            )) }}
        end as amount
    from order_lines
    inner join orders
        on order_lines.order_id = orders.source_id
    where orders.touchpoint_type = 'online_order'

),

int_activity__online_returns as (

    select
        {{ key(["'order return'", 'returned.order_id', 'returned.line_number']) }}
            as touchpoint_key,
        'online_return' as touchpoint_type,
        'ecommerce' as source_system,
        returned.order_id || '/' || cast(returned.line_number as string) as source_id,
        returned.occurred_at,
        returned.store_id,
        -returned.amount as amount,
        returned.currency_code,
        {{ local_date('returned.occurred_at', "coalesce(shops.timezone, 'UTC')") }}
            as amount_on,
        returned.touchpoint_key as original_touchpoint_key,
        returned.crm_source_system,
        returned.crm_customer_id,
        returned.reconciliation_key,
        returned.own_identifier_type,
        returned.own_identifier_system,
        returned.own_identifier_value
    from returned
    left join shops
        on returned.crm_source_system = shops.crm_source_system
    where returned.occurred_at <= {{ as_of() }}

)

select * from int_activity__online_returns
