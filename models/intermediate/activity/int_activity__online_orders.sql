{{ config(materialized='view') }}
-- Grain: one order of the house's own shop, whatever analytics saw of it. A cancelled
-- order is a contact without an amount. The day of the rate is the day in the country
-- of the site that shares the order's client system.
with orders as (

    select
        order_id,
        source_system,
        customer_id,
        reconciliation_key,
        ordered_at,
        status,
        currency_code,
        gross_amount
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

),

order_lines as (

    select
        order_id,
        net_amount
    from {{ ref('stg_ecommerce__order_lines') }}

),

shops as (

    select
        crm_source_system,
        timezone,
        online_store_id
    from {{ ref('int_activity__shops') }}

),

summed as (

    select
        order_id,
        count(*) as line_count,
        case when count(*) = count(net_amount) then sum(net_amount) end as amount
    from order_lines
    group by order_id

),

int_activity__online_orders as (

    select
        {{ key(["'order'", 'orders.order_id']) }} as touchpoint_key,
        case
            when orders.status = 'cancelled' then 'online_order_cancelled'
            else 'online_order'
        end as touchpoint_type,
        'ecommerce' as source_system,
        orders.order_id as source_id,
        orders.ordered_at as occurred_at,
        shops.online_store_id as store_id,
        case
            when orders.status = 'cancelled' then null
            when summed.line_count is null then orders.gross_amount
            else summed.amount
        end as amount,
        orders.currency_code,
        {{ local_date('orders.ordered_at', "coalesce(shops.timezone, 'UTC')") }}
            as amount_on,
        orders.source_system as crm_source_system,
        orders.customer_id as crm_customer_id,
        orders.reconciliation_key,
        'ecommerce_order' as own_identifier_type,
        orders.source_system as own_identifier_system,
        orders.order_id as own_identifier_value
    from orders
    left join summed
        on orders.order_id = summed.order_id
    left join shops
        on orders.source_system = shops.crm_source_system

)

select * from int_activity__online_orders
