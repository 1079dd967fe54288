-- One person, one customer_key, and the other way round: the ledger never calls two
-- people by one name, nor one person by two.
with people as (

    select
        placed_nodes.component_key,
        customer_map.customer_key
    from {{ ref('int_identity__placed_nodes') }} as placed_nodes
    left join {{ ref('int_identity__customer_map') }} as customer_map
        on placed_nodes.node_key = customer_map.node_key
    group by placed_nodes.component_key, customer_map.customer_key

),

counted as (

    select
        component_key,
        customer_key,
        count(*) over (partition by component_key) as keys_of_person,
        count(*) over (partition by customer_key) as people_of_key
    from people

)

select
    component_key,
    customer_key
from counted
where keys_of_person > 1 or people_of_key > 1 or customer_key is null
