-- Grain: one purchase or contact that may name a person: online order, till receipt,
-- marketplace order, status of an appointment, service case. Relay addresses of
-- marketplaces are left out: the marketplace makes them, one for each order or buyer.
with orders as (

    select
        'ecommerce_order' as record_type,
        source_system as record_system,
        order_id as record_id,
        'online_order' as signal_kind,
        source_system as crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as buyer_id,
        ordered_at as seen_at
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

),

receipts as (

    select
        'pos_transaction' as record_type,
        source_system as record_system,
        transaction_id as record_id,
        'e_receipt' as signal_kind,
        source_system as crm_system,
        customer_id,
        loyalty_id,
        coalesce(receipt_reconciliation_key, reconciliation_key) as reconciliation_key,
        cast(null as string) as buyer_id,
        sold_at as seen_at
    from {{ ref('stg_pos__transactions') }}
    where sold_at <= {{ as_of() }}

),

marketplace_orders as (

    select
        'marketplace_order' as record_type,
        marketplace as record_system,
        order_id as record_id,
        'marketplace_order' as signal_kind,
        cast(null as string) as crm_system,
        cast(null as string) as customer_id,
        cast(null as string) as loyalty_id,
        cast(null as string) as reconciliation_key,
        buyer_id,
        ordered_at as seen_at
    from {{ ref('stg_marketplace__orders') }}
    where ordered_at <= {{ as_of() }}

),

appointments as (

    select
        'appointment' as record_type,
        cast(null as string) as record_system,
        cast(null as string) as record_id,
        'appointment' as signal_kind,
        source_system as crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as buyer_id,
        recorded_at as seen_at
    from {{ ref('stg_appointments__appointment_events') }}
    where recorded_at <= {{ as_of() }}

),

cases as (

    select
        'service_case' as record_type,
        cast(null as string) as record_system,
        cast(null as string) as record_id,
        'service_case' as signal_kind,
        source_system as crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as buyer_id,
        opened_at as seen_at
    from {{ ref('stg_service__cases') }}
    where opened_at <= {{ as_of() }}

),

int_identity__contact_records as (

    select * from orders
    union all
    select * from receipts
    union all
    select * from marketplace_orders
    union all
    select * from appointments
    union all
    select * from cases

)

select * from int_identity__contact_records
