-- Grain: one identifier that somebody was named by. Weak mentions make nodes too: a
-- newsletter address is a person to write to, even if it joins nobody.
-- Till receipts and marketplace orders that name no one are no nodes: nobody's purchase
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

mentions as (

    select
        record_type as identifier_type,
        record_system as identifier_system,
        record_id as identifier_value,
        signal_kind,
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
    select 'crm_customer', crm_system, customer_id, signal_kind, first_seen_at, last_seen_at
    from records
    where customer_id is not null and record_type <> 'crm_customer'
    union all
    select 'loyalty', crm_system, loyalty_id, signal_kind, first_seen_at, last_seen_at
    from records
    where loyalty_id is not null and record_type <> 'loyalty'
    union all
    select 'email', '', reconciliation_key, signal_kind, first_seen_at, last_seen_at
    from records
    where reconciliation_key is not null
    union all
    select 'phone', '', phone_key, signal_kind, first_seen_at, last_seen_at
    from records
    where phone_key is not null
    union all
    select
        'marketplace_buyer', record_system, buyer_id, signal_kind, first_seen_at, last_seen_at
    from records
    where buyer_id is not null
    union all
    select
        identifier_type, identifier_system, identifier_value, 'login', occurred_at, occurred_at
    from sign_ins

),

int_identity__nodes as (

    select
        {{ node_key('identifier_type', 'identifier_system', 'identifier_value') }}
            as node_key,
        identifier_type,
        coalesce(identifier_system, '') as identifier_system,
        identifier_value,
        min(signal_kind) as signal_kind,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from mentions
    group by identifier_type, coalesce(identifier_system, ''), identifier_value

)

select * from int_identity__nodes
