-- Grain: two identifiers of a customer and one piece of evidence between them. Evidence
-- that is_joining makes the person; the rest lists numbers and devices under them.
with customer_map as (

    select
        node_key,
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_identity__customer_map') }}

),

nodes as (

    select
        node_key,
        identifier_type,
        identifier_value
    from {{ ref('int_identity__nodes') }}

),

held_evidence as (

    select
        map_left.customer_key,
        map_left.identifier_type as left_type,
        map_left.identifier_system as left_system,
        map_left.identifier_value as left_value,
        map_right.identifier_type as right_type,
        map_right.identifier_system as right_system,
        map_right.identifier_value as right_value,
        held.linked_by,
        nodes.identifier_type as shared_type,
        nodes.identifier_value as shared_value,
        held.link_strength,
        held.is_presumed,
        held.is_joining,
        held.signal_count,
        held.first_seen_at,
        held.last_seen_at
    from {{ ref('int_identity__held_evidence') }} as held
    inner join customer_map as map_left
        on held.left_node_key = map_left.node_key
    inner join customer_map as map_right
        on held.right_node_key = map_right.node_key
        and map_left.customer_key = map_right.customer_key
    left join nodes
        on held.shared_node_key = nodes.node_key

),

devices as (

    select
        proofs.customer_key,
        'web_visitor' as left_type,
        proofs.property as left_system,
        proofs.visitor_id as left_value,
        customer_map.identifier_type as right_type,
        customer_map.identifier_system as right_system,
        customer_map.identifier_value as right_value,
        proofs.linked_by,
        cast(null as string) as shared_type,
        cast(null as string) as shared_value,
        proofs.link_strength,
        false as is_presumed,
        false as is_joining,
        proofs.signal_count,
        proofs.first_seen_at,
        proofs.last_seen_at
    from {{ ref('int_identity__device_proofs') }} as proofs
    inner join customer_map
        on proofs.node_key = customer_map.node_key

),

evidence as (

    select * from held_evidence
    union all
    select * from devices

),

ranked as (

    select
        evidence.*,
        case
            when is_presumed then 3
            when link_strength = 'strong' then 1
            else 2
        end as evidence_rank
    from evidence

),

customer_evidence as (

    select
        {{ key([
            'left_type', 'left_system', 'left_value',
            'right_type', 'right_system', 'right_value', 'linked_by', 'shared_value'
        ]) }} as evidence_key,
        ranked.*,
        is_joining and evidence_rank = max(
            case when is_joining then evidence_rank end
        ) over (partition by customer_key) as is_weakest
    from ranked

)

select * from customer_evidence
