{{ config(materialized='view') }}
-- Grain: two identifiers of one person and one piece of evidence between them. Only
-- is_joining evidence makes people; a number is merely listed under the one person
-- whose records carry it.
with links as (

    select *
    from {{ ref('int_identity__links') }}

),

signals as (

    select
        role,
        left_node_key,
        right_node_key,
        linked_by,
        signal_count,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity__signals') }}

),

verdicts as (

    select
        left_node_key,
        right_node_key,
        decided_at
    from {{ ref('int_identity__verdicts') }}
    where standing = 'stands' and decision = 'same'

),

int_identity__held_evidence as (

    select
        links.left_node_key,
        links.right_node_key,
        links.linked_by,
        cast(null as string) as shared_node_key,
        links.link_strength,
        links.is_presumed,
        true as is_joining,
        signals.signal_count,
        signals.first_seen_at,
        signals.last_seen_at
    from links
    inner join signals
        on links.left_node_key = signals.left_node_key
        and links.right_node_key = signals.right_node_key
        and links.linked_by = signals.linked_by
    where signals.role in ('attach', 'claim')
    union all
    select
        left_node_key,
        right_node_key,
        linked_by,
        shared_node_key,
        link_strength,
        false as is_presumed,
        true as is_joining,
        signal_count,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity__agreements') }}
    union all
    select
        links.left_node_key,
        links.right_node_key,
        links.linked_by,
        cast(null as string) as shared_node_key,
        links.link_strength,
        links.is_presumed,
        true as is_joining,
        1 as signal_count,
        verdicts.decided_at as first_seen_at,
        verdicts.decided_at as last_seen_at
    from links
    inner join verdicts
        on links.left_node_key = verdicts.left_node_key
        and links.right_node_key = verdicts.right_node_key
    where links.linked_by = 'steward'
    union all
    select
        left_node_key,
        right_node_key,
        linked_by,
        cast(null as string) as shared_node_key,
        link_strength,
        is_presumed,
        true as is_joining,
        1 as signal_count,
        cast(null as timestamp) as first_seen_at,
        cast(null as timestamp) as last_seen_at
    from links
    where linked_by = 'probable_match'
    union all
    select
        left_node_key,
        right_node_key,
        linked_by,
        cast(null as string) as shared_node_key,
        'medium' as link_strength,
        false as is_presumed,
        false as is_joining,
        signal_count,
        first_seen_at,
        last_seen_at
    from signals
    where role = 'phone_claim'

)

select * from int_identity__held_evidence
