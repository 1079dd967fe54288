{{ config(materialized='view') }}
-- Grain: two client records of two customers that share an address or a number under
-- different names, and that identifier. A couple or a family, most likely, and never
-- joined for it; but a steward may know of a marriage, or that twins are not two. What
-- stands with more people than a household has is left out.
with claims as (

    select
        role,
        left_node_key as contact_node_key,
        right_node_key as crm_node_key,
        sum(signal_count) as signal_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identity__signals') }}
    where role in ('claim', 'phone_claim') and strength_rank < 3
    group by role, left_node_key, right_node_key

),

crm_evidence as (

    select
        node_key,
        name_key,
        native_name_key
    from {{ ref('int_identity__crm_evidence') }}
    where name_key is not null or native_name_key is not null

),

customer_map as (

    select
        node_key,
        customer_key
    from {{ ref('int_identity__customer_map') }}

),

fan_outs as (

    select node_key
    from {{ ref('int_identity__fan_outs') }}
    group by node_key

),

named_claims as (

    select
        claims.*,
        crm_evidence.name_key,
        crm_evidence.native_name_key,
        customer_map.customer_key
    from claims
    inner join crm_evidence
        on claims.crm_node_key = crm_evidence.node_key
    inner join customer_map
        on claims.crm_node_key = customer_map.node_key
    left join fan_outs
        on claims.contact_node_key = fan_outs.node_key
    where fan_outs.node_key is null

),

int_identity__household_pairs as (

    select
        one.crm_node_key as left_node_key,
        other.crm_node_key as right_node_key,
        case one.role when 'claim' then 'same_email' else 'same_phone' end as linked_by,
        one.contact_node_key as shared_node_key,
        one.signal_count + other.signal_count as signal_count,
        case
            when one.first_seen_at >= other.first_seen_at then one.first_seen_at
            else other.first_seen_at
        end as first_seen_at,
        case
            when one.last_seen_at >= other.last_seen_at then one.last_seen_at
            else other.last_seen_at
        end as last_seen_at
    from named_claims as one
    inner join named_claims as other
        on one.contact_node_key = other.contact_node_key
        and one.crm_node_key < other.crm_node_key
        and one.customer_key <> other.customer_key
    where
        not coalesce(one.name_key = other.name_key, false)
        and not coalesce(one.native_name_key = other.native_name_key, false)

)

select * from int_identity__household_pairs
