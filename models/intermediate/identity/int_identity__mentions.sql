{{ config(materialized='view') }}
-- Grain: one identifier as one record names it; own_kind is set where the identifier is
-- the record's own. Weak mentions count here too: a newsletter address is somebody to
-- write to, even if it joins nobody. Till receipts that name no one are left out: each
-- would be a client of one purchase.
with records as (

    select *
    from {{ ref('int_identity__records') }}

),

sign_ins as (

    select
        identifier_type,
        identifier_system,
        identifier_value,
        occurred_at
    from {{ ref('int_identity__sign_ins') }}

),

int_identity__mentions as (

    select
        record_type as identifier_type,
        record_system as identifier_system,
        record_id as identifier_value,
        signal_kind,
        signal_kind as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where
        record_id is not null
        and (
            record_type <> 'pos_transaction'
            or coalesce(customer_id, loyalty_id, reconciliation_key) is not null
        )
    union all
    select
        'crm_customer' as identifier_type,
        crm_system as identifier_system,
        customer_id as identifier_value,
        signal_kind,
        cast(null as string) as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where customer_id is not null and record_type <> 'crm_customer'
    union all
    select
        'loyalty' as identifier_type,
        crm_system as identifier_system,
        loyalty_id as identifier_value,
        signal_kind,
        cast(null as string) as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where loyalty_id is not null and record_type <> 'loyalty'
    union all
    select
        'email' as identifier_type,
        '' as identifier_system,
        reconciliation_key as identifier_value,
        signal_kind,
        cast(null as string) as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where reconciliation_key is not null
    union all
    select
        'phone' as identifier_type,
        '' as identifier_system,
        phone_key as identifier_value,
        signal_kind,
        cast(null as string) as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where phone_key is not null
    union all
    select
        'marketplace_buyer' as identifier_type,
        record_system as identifier_system,
        buyer_id as identifier_value,
        signal_kind,
        cast(null as string) as own_kind,
        first_seen_at,
        last_seen_at
    from records
    where buyer_id is not null
    union all
    select
        identifier_type,
        identifier_system,
        identifier_value,
        'login' as signal_kind,
        cast(null as string) as own_kind,
        occurred_at as first_seen_at,
        occurred_at as last_seen_at
    from sign_ins

)

select * from int_identity__mentions
