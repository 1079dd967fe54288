-- Grain: one identifier of a customer. Each identifier stands under at most one
-- customer; those that several people use (a couple's mailbox, a boutique's tablet)
-- under none.
with customer_map as (

    select
        customer_map.customer_key,
        customer_map.identifier_type,
        customer_map.identifier_system,
        customer_map.identifier_value,
        customer_map.linked_by,
        customer_map.link_strength,
        customer_map.first_seen_at,
        customer_map.last_seen_at,
        surplus_identifiers.node_key is null as is_primary
    from {{ ref('int_identity__customer_map') }} as customer_map
    left join {{ ref('int_identity__surplus_identifiers') }} as surplus_identifiers
        on customer_map.node_key = surplus_identifiers.node_key

),

device_owners as (

    select
        visitor_key,
        customer_key,
        property,
        visitor_id,
        linked_by,
        link_strength
    from {{ ref('int_identity__device_owners') }}
    where customer_key is not null

),

visitors as (

    select
        visitor_key,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity__visitors') }}

),

devices as (

    select
        device_owners.customer_key,
        'web_visitor' as identifier_type,
        device_owners.property as identifier_system,
        device_owners.visitor_id as identifier_value,
        device_owners.linked_by,
        device_owners.link_strength,
        visitors.first_seen_at,
        visitors.last_seen_at,
        true as is_primary
    from device_owners
    inner join visitors
        on device_owners.visitor_key = visitors.visitor_key

),

customer_identifiers as (

    select * from customer_map
    union all
    select * from devices

)

select * from customer_identifiers
