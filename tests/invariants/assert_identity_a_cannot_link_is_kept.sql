-- Two records that a steward called two people never stand under one customer, and two
-- that were called one stand under one, unless that verdict is listed as refused.
with client_records as (

    select
        node_key,
        customer_key
    from {{ ref('int_identity__customer_map') }}
    where identifier_type = 'crm_customer'

),

refused as (

    select
        left_node_key,
        right_node_key
    from {{ ref('int_identity__refused_links') }}
    where linked_by = 'steward'

)

select
    verdicts.decision_id,
    verdicts.decision
from {{ ref('int_identity__verdicts') }} as verdicts
left join client_records as one
    on verdicts.left_node_key = one.node_key
left join client_records as other
    on verdicts.right_node_key = other.node_key
left join refused
    on verdicts.left_node_key = refused.left_node_key
    and verdicts.right_node_key = refused.right_node_key
where
    verdicts.standing = 'stands'
    and (
        (verdicts.decision = 'different' and one.customer_key = other.customer_key)
        or (
            verdicts.decision = 'same'
            and refused.left_node_key is null
            and one.customer_key is distinct from other.customer_key
        )
    )
