-- Grain: one link between client records that no verdict stands against. Where a verdict
-- parts two records that the links would make one, the links of their whole group give
-- way, the least first, until they are two: what both agree in, then all agreement, and,
-- if verdicts contradict each other, verdicts too. Other groups are left alone.
with links as (

    select *
    from {{ ref('int_identity__weighed_record_links') }}

),

partings as (

    select
        decision_id,
        left_node_key,
        right_node_key
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands' and decision = 'different'

),

parts as (

    select
        cast(substr(node_key, 1, 1) as int64) as level,
        substr(node_key, 3) as node_key,
        component_key
    from {{ ref('int_identity__verdict_parts') }}

),

groups_of_records as (

    select
        node_key,
        component_key as group_key
    from parts
    where level = 1

),

joined as (

    select
        groups_of_records.group_key,
        max(left_parts.level) as level
    from partings
    inner join parts as left_parts
        on partings.left_node_key = left_parts.node_key
    inner join parts as right_parts
        on partings.right_node_key = right_parts.node_key
        and left_parts.component_key = right_parts.component_key
    inner join groups_of_records
        on partings.left_node_key = groups_of_records.node_key
    group by groups_of_records.group_key

),

int_identity__upheld_record_links as (

    select
        links.left_node_key,
        links.right_node_key,
        links.identifier_node_key,
        links.linked_by,
        links.strength_rank
    from links
    left join groups_of_records
        on links.left_node_key = groups_of_records.node_key
    left join joined
        on groups_of_records.group_key = joined.group_key
    where joined.level is null or links.lasts_to_level > joined.level

)

select * from int_identity__upheld_record_links
