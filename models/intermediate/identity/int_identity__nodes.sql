-- Grain: one identifier that somebody was named by, with when it was first and last
-- seen.
with mentions as (

    select
        identifier_type,
        coalesce(identifier_system, '') as identifier_system,
        identifier_value,
        signal_kind,
        own_kind,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity__mentions') }}

),

int_identity__nodes as (

    select
        {{ node_key('identifier_type', 'identifier_system', 'identifier_value') }}
            as node_key,
        identifier_type,
        identifier_system,
        identifier_value,
        coalesce(min(own_kind), min(signal_kind)) as signal_kind,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from mentions
    group by identifier_type, identifier_system, identifier_value

)

select * from int_identity__nodes
