{{ config(materialized='view') }}
-- Grain: one session of a known person whose visits may be tied to them in statistics and
-- journeys. The site's banner was asked session by session (lane); here a no of the person
-- themselves, said anywhere, takes their sessions away.
with session_owners as (

    select *
    from {{ ref('int_identity__session_owners') }}

),

refusals as (

    select customer_key
    from {{ ref('int_consent__states') }}
    where purpose = 'analytics' and status = 'refused'
    group by customer_key

),

int_consent__allowed_analytics as (

    select
        session_owners.session_key,
        session_owners.customer_key,
        session_owners.link_strength,
        session_owners.owned_from,
        session_owners.owned_until
    from session_owners
    left join refusals
        on session_owners.customer_key = refusals.customer_key
    where refusals.customer_key is null

)

select * from int_consent__allowed_analytics
