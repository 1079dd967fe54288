{{ config(materialized='view') }}
-- Grain: one statement that counts for a customer. Where the law of the person wants proof
-- for a purpose, a yes without it is as if it had not been said; a no needs no proof.
with proof_wanted as (

    select
        jurisdiction,
        purpose
    from {{ ref('int_consent__policies') }}
    where proof_required

),

int_consent__proven_events as (

    select events.*
    from {{ ref('int_consent__events') }} as events
    left join proof_wanted
        on events.jurisdiction = proof_wanted.jurisdiction
        and events.purpose = proof_wanted.purpose
    where
        events.is_denial
        or events.is_proven
        or proof_wanted.purpose is null

)

select * from int_consent__proven_events
