{{ config(materialized='view') }}
-- Grain: two client records that agree, by one kind of evidence over one address or
-- number. int_identity__record_links ties each record to the first of its group, which
-- is enough to make people; here stand all pairs, for whoever asks why: no record holds
-- a group together only because its key comes first. Groups are as small as the limits
-- on shared identifiers.
with record_links as (

    select
        left_node_key as crm_node_key,
        right_node_key as first_node_key,
        identifier_node_key,
        linked_by,
        strength_rank
    from {{ ref('int_identity__upheld_record_links') }}

),

claims as (

    select
        left_node_key as identifier_node_key,
        right_node_key as crm_node_key,
        cast(sum(signal_count) as int64) as signal_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identity__signals') }}
    where role in ('claim', 'phone_claim') and strength_rank < 3
    group by left_node_key, right_node_key

),

dated as (

    select
        record_links.*,
        claims.signal_count,
        claims.first_seen_at,
        claims.last_seen_at
    from record_links
    inner join claims
        on record_links.identifier_node_key = claims.identifier_node_key
        and record_links.crm_node_key = claims.crm_node_key

),

int_identity__agreements as (

    select
        one.crm_node_key as left_node_key,
        other.crm_node_key as right_node_key,
        one.linked_by,
        one.identifier_node_key as shared_node_key,
        case one.strength_rank when 1 then 'strong' else 'medium' end as link_strength,
        one.signal_count + other.signal_count as signal_count,
        case
            when one.first_seen_at >= other.first_seen_at then one.first_seen_at
            else other.first_seen_at
        end as first_seen_at,
        case
            when one.last_seen_at >= other.last_seen_at then one.last_seen_at
            else other.last_seen_at
        end as last_seen_at
    from dated as one
    inner join dated as other
        on one.identifier_node_key = other.identifier_node_key
        and one.linked_by = other.linked_by
        and one.first_node_key = other.first_node_key
        and one.crm_node_key < other.crm_node_key

)

select * from int_identity__agreements
