-- No session of the exempt lane (before a yes, after a no) is anybody's, proves who was
-- there, or stands in a person's journey.
with exempt_sessions as (

    select session_key
    from {{ ref('int_web__sessions') }}
    where lane = 'exempt'

),

people_of_sessions as (

    select
        session_key,
        customer_key
    from {{ ref('int_identity__session_owners') }}
    union all
    select
        session_key,
        customer_key
    from {{ ref('int_identity__session_people') }}
    union all
    select
        session_key,
        identifier_value as customer_key
    from {{ ref('int_identity__sign_ins') }}
    union all
    select
        session_key,
        customer_key
    from {{ ref('int_activity__touchpoints') }}
    where customer_key is not null

)

select
    people_of_sessions.session_key,
    people_of_sessions.customer_key
from people_of_sessions
inner join exempt_sessions
    on people_of_sessions.session_key = exempt_sessions.session_key
