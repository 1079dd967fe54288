-- Grain: one part of a customer that has to say yes itself: what strong links alone hold
-- together, with a client record in it (for a customer without one: the part with their
-- eldest identifier). Presumed and probable links join parts; a yes does not cross them.
with customer_map as (

    select
        customer_key,
        node_key,
        identifier_type
    from {{ ref('int_identity__customer_map') }}

),

strong_components as (

    select
        node_key,
        component_key as part_key
    from {{ ref('int_identity__strong_components') }}

),

parts as (

    select
        customer_map.customer_key,
        strong_components.part_key
    from customer_map
    inner join strong_components
        on customer_map.node_key = strong_components.node_key
    where
        customer_map.identifier_type = 'crm_customer'
        or customer_map.customer_key = {{ key(["'customer'", 'customer_map.node_key']) }}
    group by customer_map.customer_key, strong_components.part_key

),

int_consent__parts as (

    select
        customer_key,
        part_key,
        count(*) over (partition by customer_key) as part_count
    from parts

)

select * from int_consent__parts
