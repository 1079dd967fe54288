-- Grain: one identifier that belongs to exactly one customer. customer_key is made of
-- the person's eldest client record, or of the first identifier seen where no CRM knows
-- the person: no order of rows or runs can change it.
with placed_nodes as (

    select *
    from {{ ref('int_identity__placed_nodes') }}

),

identifier_types as (

    select
        identifier_type,
        type_rank
    from {{ ref('identifier_types') }}

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

named as (

    select
        placed_nodes.*,
        first_value(placed_nodes.node_key) over (
            partition by placed_nodes.component_key
            order by
                case placed_nodes.identifier_type
                    when 'crm_customer' then 0
                    else 1
                end nulls last,
                placed_nodes.first_seen_at nulls last,
                identifier_types.type_rank nulls last,
                placed_nodes.identifier_system nulls last,
                placed_nodes.identifier_value nulls last,
                placed_nodes.node_key nulls last
        ) as eldest_node_key
    from placed_nodes
    left join identifier_types
        on placed_nodes.identifier_type = identifier_types.identifier_type

),

int_identity__customer_map as (

    select
        named.node_key,
        {{ key(["'customer'", 'named.eldest_node_key']) }} as customer_key,
        named.identifier_type,
        named.identifier_system,
        named.identifier_value,
        coalesce(best_links.linked_by, named.signal_kind) as linked_by,
        coalesce(
            best_links.link_strength,
            case named.identifier_type when 'phone' then 'medium' else 'strong' end
        ) as link_strength,
        named.first_seen_at,
        named.last_seen_at
    from named
    left join best_links
        on named.node_key = best_links.node_key

)

select * from int_identity__customer_map
