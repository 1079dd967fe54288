{{ config(materialized='view') }}
-- Grain: one till receipt, a purchase or a return. The amount is that of its lines: one
-- unreadable line makes the whole unknown, because a sum with a hole reads like a small
-- purchase. A return is negative however the till signs it.
with receipts as (

    select
        transaction_id,
        store_id,
        source_system,
        customer_id,
        loyalty_id,
        reconciliation_key,
        receipt_reconciliation_key,
        sold_at,
        currency_code,
        coalesce(is_return, false) as is_return,
        original_transaction_id
    from {{ ref('stg_pos__transactions') }}
    where sold_at <= {{ as_of() }}

),

receipt_lines as (

    select
        transaction_id,
        net_amount
    from {{ ref('stg_pos__transaction_lines') }}

),

stores as (

    select
        store_id,
        timezone
    from {{ ref('stg_catalog__stores') }}

),

orders as (

    select order_id
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

),

summed as (

    select
        transaction_id,
        case when count(*) = count(net_amount) then sum(net_amount) end as amount
    from receipt_lines
    group by transaction_id

),

int_activity__boutique_receipts as (

    select
        {{ key(["'receipt'", 'receipts.transaction_id']) }} as touchpoint_key,
        case
            when receipts.is_return then 'boutique_return'
            else 'boutique_purchase'
        end as touchpoint_type,
        'pos' as source_system,
        receipts.transaction_id as source_id,
        receipts.sold_at as occurred_at,
        receipts.store_id,
        case
            when receipts.is_return then -abs(summed.amount)
            else summed.amount
        end as amount,
        receipts.currency_code,
        {{ local_date('receipts.sold_at', "coalesce(stores.timezone, 'UTC')") }}
            as amount_on,
        case
            when receipts.is_return and orders.order_id is not null
                then {{ key(["'order'", 'receipts.original_transaction_id']) }}
            when receipts.is_return and receipts.original_transaction_id is not null
                then {{ key(["'receipt'", 'receipts.original_transaction_id']) }}
        end as original_touchpoint_key,
        receipts.source_system as crm_source_system,
        receipts.customer_id as crm_customer_id,
        receipts.loyalty_id,
        coalesce(receipts.receipt_reconciliation_key, receipts.reconciliation_key)
            as reconciliation_key,
        'pos_transaction' as own_identifier_type,
        receipts.source_system as own_identifier_system,
        receipts.transaction_id as own_identifier_value
    from receipts
    left join summed
        on receipts.transaction_id = summed.transaction_id
    left join stores
        on receipts.store_id = stores.store_id
    left join orders
        on receipts.original_transaction_id = orders.order_id

)

select * from int_activity__boutique_receipts
