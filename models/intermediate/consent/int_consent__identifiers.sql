{{ config(materialized='view') }}
-- Grain: one identifier that belongs to exactly one customer, devices included: a
-- choice in a cookie banner is the owner's of the device, and nobody's on a shared one.
with customer_map as (

    select
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_identity__customer_map') }}

),

device_owners as (

    select
        customer_key,
        'web_visitor' as identifier_type,
        property as identifier_system,
        visitor_id as identifier_value
    from {{ ref('int_identity__device_owners') }}
    where customer_key is not null

),

int_consent__identifiers as (

    select * from customer_map
    union all
    select * from device_owners

)

select * from int_consent__identifiers
