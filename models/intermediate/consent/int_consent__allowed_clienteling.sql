{{ config(materialized='view') }}
-- Grain: one session of a person who has said yes to clienteling, to everyone they were
-- asked for, and whose yes has not run out: all that a profile for a visit may read of
-- browsing.
with session_owners as (

    select *
    from {{ ref('int_identity__session_owners') }}

),

consents as (

    select customer_key
    from {{ ref('int_appointments__consent') }}
    where clienteling_consent = 'granted'

),

int_consent__allowed_clienteling as (

    select
        session_owners.session_key,
        session_owners.customer_key,
        session_owners.link_strength,
        session_owners.owned_from,
        session_owners.owned_until
    from session_owners
    inner join consents
        on session_owners.customer_key = consents.customer_key

)

select * from int_consent__allowed_clienteling
