{{ config(materialized='view') }}
-- Grain: one link between client records, by agreement or by a verdict, with how long it
-- lasts where a verdict parts records: 1, not at all, for what the two parted agree in
-- over one address or number; 2, unless that leaves them one, for other agreement; 3,
-- unless verdicts contradict each other, for verdicts.
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

parted_agreements as (

    select
        one.identifier_node_key,
        one.linked_by,
        one.right_node_key
    from verdicts
    inner join record_links as one
        on verdicts.left_node_key = one.left_node_key
    inner join record_links as other
        on verdicts.right_node_key = other.left_node_key
        and one.identifier_node_key = other.identifier_node_key
        and one.linked_by = other.linked_by
        and one.right_node_key = other.right_node_key
    where verdicts.decision = 'different'
    group by one.identifier_node_key, one.linked_by, one.right_node_key

),

int_identity__weighed_record_links as (

    select
        record_links.left_node_key,
        record_links.right_node_key,
        record_links.identifier_node_key,
        record_links.linked_by,
        record_links.strength_rank,
        case when parted_agreements.identifier_node_key is null then 2 else 1 end
            as lasts_to_level
    from record_links
    left join parted_agreements
        on record_links.identifier_node_key = parted_agreements.identifier_node_key
        and record_links.linked_by = parted_agreements.linked_by
        and record_links.right_node_key = parted_agreements.right_node_key
    union all
    select
        left_node_key,
        right_node_key,
        cast(null as string) as identifier_node_key,
        'probable_match' as linked_by,
        2 as strength_rank,
        1 as lasts_to_level
    from {{ ref('int_identity__match_links') }}
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
