-- Grain: one verdict of a steward on two client records that was known at as_of, with
-- whether it stands. Of several on one pair, whichever way round, the latest stands: so
-- a verdict is taken back by its opposite; of one instant, `different`.
with decisions as (

    select
        decision_id,
        decision,
        decided_by,
        decided_at,
        {{ node_key("'crm_customer'", 'left_source_system', 'left_customer_id') }}
            as one_node_key,
        {{ node_key("'crm_customer'", 'right_source_system', 'right_customer_id') }}
            as other_node_key
    from {{ ref('stg_stewardship__decisions') }}
    where decided_at <= {{ as_of() }}

),

client_records as (

    select node_key
    from {{ ref('int_identity__nodes') }}
    where identifier_type = 'crm_customer'

),

pairs as (

    select
        decision_id,
        decision,
        decided_by,
        decided_at,
        case when one_node_key < other_node_key then one_node_key else other_node_key end
            as left_node_key,
        case when one_node_key < other_node_key then other_node_key else one_node_key end
            as right_node_key
    from decisions

),

int_identity__verdicts as (

    select
        pairs.*,
        case
            when pairs.left_node_key = pairs.right_node_key then 'one_record'
            when left_records.node_key is null or right_records.node_key is null
                then 'unknown_record'
            when row_number() over (
                partition by pairs.left_node_key, pairs.right_node_key
                order by
                    pairs.decided_at desc nulls last,
                    pairs.decision asc nulls last,
                    pairs.decision_id desc nulls last
            ) > 1 then 'superseded'
            else 'stands'
        end as standing
    from pairs
    left join client_records as left_records
        on pairs.left_node_key = left_records.node_key
    left join client_records as right_records
        on pairs.right_node_key = right_records.node_key

)

select * from int_identity__verdicts
