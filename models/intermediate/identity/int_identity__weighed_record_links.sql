{{ config(materialized='view') }}
-- Grain: one link between client records, by agreement or by a verdict, with how long it
-- lasts where a verdict parts records: 1, not at all, for agreement over an address or
-- number that parted records share; 2, unless the two are one all the same, for other
-- agreement; 3, unless verdicts contradict each other, for verdicts.
with record_links as (

    select *
    from {{ ref('int_identity__record_links') }}

),

verdicts as (

    select
        left_node_key,
        right_node_key,
        decision
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands'

),

parted_identifiers as (

    select one.identifier_node_key
    from verdicts
    inner join record_links as one
        on verdicts.left_node_key = one.left_node_key
    inner join record_links as other
        on verdicts.right_node_key = other.left_node_key
        and one.identifier_node_key = other.identifier_node_key
    where verdicts.decision = 'different'
    group by one.identifier_node_key

),

int_identity__weighed_record_links as (

    select
        record_links.left_node_key,
        record_links.right_node_key,
        record_links.identifier_node_key,
        record_links.linked_by,
        record_links.strength_rank,
        case when parted_identifiers.identifier_node_key is null then 2 else 1 end
            as lasts_to_level
    from record_links
    left join parted_identifiers
        on record_links.identifier_node_key = parted_identifiers.identifier_node_key
    union all
    select
        left_node_key,
        right_node_key,
        cast(null as string) as identifier_node_key,
        'steward' as linked_by,
        1 as strength_rank,
        3 as lasts_to_level
    from verdicts
    where decision = 'same'

)

select * from int_identity__weighed_record_links
