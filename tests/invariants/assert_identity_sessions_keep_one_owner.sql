-- A session on an owned device is its owner's; a session on any other device belongs to
-- somebody only if nobody else was proven to be in it.
select
    session_owners.session_key,
    session_owners.basis
from {{ ref('int_identity__session_owners') }} as session_owners
inner join {{ ref('int_identity__device_owners') }} as device_owners
    on session_owners.visitor_key = device_owners.visitor_key
left join {{ ref('int_identity__session_people') }} as session_people
    on session_owners.session_key = session_people.session_key
    and session_owners.customer_key <> session_people.customer_key
where
    session_people.session_key is not null
    or (device_owners.verdict = 'owned') <> (session_owners.basis = 'device_owner')
