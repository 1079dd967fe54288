{{ config(materialized='view') }}
-- Grain: one identifier that makes people, with its rank among those of its component.
-- The eldest comes first: client records before all else, then what was seen first; the
-- person would be called by it. Numbers are left out: they are listed for people, they
-- do not make them.
with placed_nodes as (

    select
        node_key,
        component_key,
        identifier_type,
        identifier_system,
        identifier_value,
        first_seen_at
    from {{ ref('int_identity__placed_nodes') }}
    where identifier_type <> 'phone'

),

identifier_types as (

    select
        identifier_type,
        type_rank
    from {{ ref('identifier_types') }}

),

ranked as (

    select
        placed_nodes.node_key,
        placed_nodes.component_key,
        placed_nodes.identifier_type,
        placed_nodes.first_seen_at,
        row_number() over (
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
        ) as elder_rank
    from placed_nodes
    left join identifier_types
        on placed_nodes.identifier_type = identifier_types.identifier_type

),

int_identity__elders as (

    select
        node_key,
        component_key,
        case identifier_type when 'crm_customer' then 1 else 0 end as client_records,
        case identifier_type when 'loyalty' then 1 else 0 end as memberships,
        case identifier_type when 'email' then 1 else 0 end as addresses,
        first_seen_at,
        elder_rank,
        case when elder_rank = 1 then {{ key(["'customer'", 'node_key']) }} end
            as own_customer_key
    from ranked

)

select * from int_identity__elders
