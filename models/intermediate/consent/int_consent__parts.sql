-- Grain: one part of a customer that has to say yes itself: what strong links alone hold
-- together, with a client record in it (for a customer without one: the part with their
-- eldest identifier). Presumed and probable links join parts; a yes does not cross them.
-- What is known now decides, not the key, which may be of the time before a record came.
with customer_map as (

    select
        customer_key,
        node_key,
        identifier_type
    from {{ ref('int_identity__customer_map') }}

),

eldest as (

    select node_key
    from {{ ref('int_identity__elders') }}
    where elder_rank = 1

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
    left join eldest
        on customer_map.node_key = eldest.node_key
    where
        customer_map.identifier_type = 'crm_customer'
        or eldest.node_key is not null
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
