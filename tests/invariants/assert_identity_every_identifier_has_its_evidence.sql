-- Whoever has several identifiers has evidence for each of them: a person cannot be made
-- of what `rendezvous explain` could not explain.
with identifiers as (

    select
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value,
        count(*) over (partition by customer_key) as identifier_count
    from {{ ref('customer_identifiers') }}

),

ends as (

    select
        customer_key,
        left_type as identifier_type,
        left_system as identifier_system,
        left_value as identifier_value
    from {{ ref('customer_evidence') }}
    union all
    select
        customer_key,
        right_type as identifier_type,
        right_system as identifier_system,
        right_value as identifier_value
    from {{ ref('customer_evidence') }}

)

select
    identifiers.customer_key,
    identifiers.identifier_type,
    identifiers.identifier_system,
    identifiers.identifier_value
from identifiers
left join ends
    on identifiers.customer_key = ends.customer_key
    and identifiers.identifier_type = ends.identifier_type
    and identifiers.identifier_system = ends.identifier_system
    and identifiers.identifier_value = ends.identifier_value
where identifiers.identifier_count > 1 and ends.customer_key is null
