{{ config(materialized='view') }}
-- Grain: one identifier that belongs to exactly one customer and one strong part of that
-- customer it hangs on; part_key is NULL where only weaker evidence ties it. A number is
-- of the records that hold it, a device of whom strong proofs on it name: a choice in a
-- banner is the owner's of the device, and nobody's on a shared one, nor on one that
-- changed hands: an owner here was the only one ever, so also at the instant of a yes.
with customer_map as (

    select *
    from {{ ref('int_identity__customer_map') }}

),

strong_components as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__strong_components') }}

),

phone_claims as (

    select
        signals.left_node_key as node_key,
        strong_components.component_key
    from {{ ref('int_identity__signals') }} as signals
    inner join strong_components
        on signals.right_node_key = strong_components.node_key
    where signals.role = 'phone_claim' and signals.strength = 'strong'

),

held as (

    select * from strong_components
    union all
    select * from phone_claims

),

device_proofs as (

    select
        property,
        visitor_id,
        node_key
    from {{ ref('int_identity__device_proofs') }}
    where link_strength = 'strong'

),

device_owners as (

    select
        customer_key,
        property,
        visitor_id
    from {{ ref('int_identity__device_owners') }}
    where customer_key is not null

),

belongings as (

    select
        customer_map.customer_key,
        customer_map.identifier_type,
        customer_map.identifier_system,
        customer_map.identifier_value,
        held.component_key as part_key
    from customer_map
    left join held
        on customer_map.node_key = held.node_key
    union all
    select
        device_owners.customer_key,
        'web_visitor' as identifier_type,
        device_owners.property as identifier_system,
        device_owners.visitor_id as identifier_value,
        strong_components.component_key as part_key
    from device_owners
    left join device_proofs
        on device_owners.property = device_proofs.property
        and device_owners.visitor_id = device_proofs.visitor_id
    left join strong_components
        on device_proofs.node_key = strong_components.node_key

),

int_consent__identifiers as (

    select distinct
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value,
        part_key
    from belongings

)

select * from int_consent__identifiers
