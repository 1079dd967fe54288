{{ config(materialized='view') }}
-- Grain: one purchase that web analytics saw and the shop's own order feed does not
-- know: a house without that feed, or an order it has not delivered yet. When the order
-- arrives it is the record and this row goes: never both.
with transactions as (

    select
        transaction_key,
        property,
        transaction_id,
        session_key,
        ordered_at,
        revenue,
        currency_code
    from {{ ref('int_web__transactions') }}
    where ordered_at <= {{ as_of() }}

),

sessions as (

    select
        session_key,
        source_system,
        channel,
        is_provisional
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and not is_excluded

),

orders as (

    select order_id
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

),

web_properties as (

    select
        property,
        timezone,
        online_store_id
    from {{ ref('web_properties') }}

),

int_activity__web_purchases as (

    select
        {{ key(["'transaction'", 'transactions.transaction_key']) }} as touchpoint_key,
        'web_purchase' as touchpoint_type,
        sessions.source_system,
        transactions.transaction_id as source_id,
        transactions.ordered_at as occurred_at,
        web_properties.online_store_id as store_id,
        transactions.revenue as amount,
        transactions.currency_code,
        {{ local_date(
            'transactions.ordered_at', "coalesce(web_properties.timezone, 'UTC')"
        ) }} as amount_on,
        sessions.channel as traffic_channel,
        transactions.session_key,
        sessions.is_provisional
    from transactions
    inner join sessions
        on transactions.session_key = sessions.session_key
    left join orders
        on transactions.transaction_id = orders.order_id
    left join web_properties
        on transactions.property = web_properties.property
    where orders.order_id is null

)

select * from int_activity__web_purchases
