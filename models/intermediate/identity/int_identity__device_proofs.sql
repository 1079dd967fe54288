-- Grain: one device with an owner and one identifier of that owner that was proven on
-- it, by one kind of proof. Device and identifier are the same person's; proofs by
-- identifiers that are nobody's are left out.
with device_owners as (

    select
        visitor_key,
        customer_key,
        property,
        visitor_id
    from {{ ref('int_identity__device_owners') }}
    where customer_key is not null

),

customer_map as (

    select
        node_key,
        customer_key,
        identifier_type,
        identifier_value
    from {{ ref('int_identity__customer_map') }}

),

orders as (

    select
        transactions.visitor_key,
        customer_map.node_key,
        'order' as linked_by,
        transactions.ordered_at as occurred_at
    from {{ ref('int_web__transactions') }} as transactions
    inner join {{ ref('int_web__sessions') }} as sessions
        on transactions.session_key = sessions.session_key
        and sessions.lane = 'consented'
    inner join customer_map
        on transactions.transaction_id = customer_map.identifier_value
    where
        customer_map.identifier_type = 'ecommerce_order'
        and transactions.ordered_at <= {{ as_of() }}

),

proofs as (

    select
        visitor_key,
        node_key,
        case meaning when 'order' then 'order' else 'sign_in' end as linked_by,
        occurred_at
    from {{ ref('int_identity__sign_ins') }}
    union all
    select * from orders

),

int_identity__device_proofs as (

    select
        device_owners.customer_key,
        device_owners.property,
        device_owners.visitor_id,
        proofs.node_key,
        proofs.linked_by,
        case proofs.linked_by when 'order' then 'medium' else 'strong' end
            as link_strength,
        count(*) as signal_count,
        min(proofs.occurred_at) as first_seen_at,
        max(proofs.occurred_at) as last_seen_at
    from proofs
    inner join device_owners
        on proofs.visitor_key = device_owners.visitor_key
    inner join customer_map
        on proofs.node_key = customer_map.node_key
        and device_owners.customer_key = customer_map.customer_key
    group by 1, 2, 3, 4, 5, 6

)

select * from int_identity__device_proofs
