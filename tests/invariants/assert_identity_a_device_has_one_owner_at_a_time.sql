-- No two spans of ownership of a device meet, and no session is owned outside a span of
-- its owner's: what others did on the device between two owners is on nobody's profile.
with spans as (

    select
        visitor_key,
        customer_key,
        valid_from,
        valid_to,
        max(valid_to) over (
            partition by visitor_key
            order by valid_from asc nulls last, customer_key asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as others_valid_to
    from {{ ref('int_identity__device_ownership') }}

)

select
    visitor_key,
    customer_key,
    valid_from as from_when
from spans
where valid_to < valid_from or others_valid_to >= valid_from
union all
select
    session_owners.visitor_key,
    session_owners.customer_key,
    session_owners.owned_from as from_when
from {{ ref('int_identity__session_owners') }} as session_owners
left join spans
    on session_owners.visitor_key = spans.visitor_key
    and session_owners.customer_key = spans.customer_key
    and session_owners.owned_from >= spans.valid_from
    and session_owners.owned_until <= spans.valid_to
where spans.visitor_key is null
