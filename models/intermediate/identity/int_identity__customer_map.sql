-- Grain: one identifier that belongs to exactly one customer. customer_key is what the
-- ledger calls the person: made of the eldest client record when the person was first
-- seen, or of the first identifier where no CRM knows the person, and kept since.
with placed_nodes as (

    select *
    from {{ ref('int_identity__placed_nodes') }}

),

filed_nodes as (

    select
        node_key,
        customer_key
    from {{ ref('int_identity__key_ledger') }}
    qualify row_number() over (
        partition by node_key order by build_number desc nulls last
    ) = 1

),

people as (

    select
        placed_nodes.component_key,
        min(filed_nodes.customer_key) as customer_key
    from placed_nodes
    inner join filed_nodes
        on placed_nodes.node_key = filed_nodes.node_key
    group by placed_nodes.component_key

),

best_links as (

    select
        left_node_key as node_key,
        linked_by,
        link_strength
    from {{ ref('int_identity__links') }}
    qualify row_number() over (
        partition by left_node_key
        order by
            is_presumed nulls last,
            strength_rank nulls last,
            linked_by nulls last,
            right_node_key nulls last
    ) = 1

),

int_identity__customer_map as (

    select
        placed_nodes.node_key,
        people.customer_key,
        placed_nodes.identifier_type,
        placed_nodes.identifier_system,
        placed_nodes.identifier_value,
        coalesce(best_links.linked_by, placed_nodes.signal_kind) as linked_by,
        coalesce(
            best_links.link_strength,
            case placed_nodes.identifier_type when 'phone' then 'medium' else 'strong' end
        ) as link_strength,
        placed_nodes.first_seen_at,
        placed_nodes.last_seen_at
    from placed_nodes
    inner join people
        on placed_nodes.component_key = people.component_key
    left join best_links
        on placed_nodes.node_key = best_links.node_key

)

select * from int_identity__customer_map
