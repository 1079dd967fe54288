-- Grain: one session that is known to be a customer's. All sessions of an owned device;
-- on any other device (a boutique's, a couple's) a session in which exactly one person
-- was there, and only from owned_from to owned_until: the sign-in to the sign-out or
-- the end. A session of several people is nobody's: keeping them apart would be a
-- guess.
with sessions as (

    select
        session_key,
        visitor_key,
        started_at,
        ended_at
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}

),

device_owners as (

    select
        visitor_key,
        customer_key,
        verdict,
        link_strength
    from {{ ref('int_identity__device_owners') }}

),

sign_outs as (

    select
        session_key,
        max(occurred_at) as signed_out_at
    from {{ ref('int_web__sign_ins') }}
    where meaning = 'sign_out' and arrived_at <= {{ as_of() }}
    group by session_key

),

single_people as (

    select
        session_people.session_key,
        min(session_people.customer_key) as customer_key,
        {{ any_true('session_people.is_strong') }} as is_strong,
        min(session_people.first_proof_at) as first_proof_at,
        max(session_people.last_proof_at) as last_proof_at
    from {{ ref('int_identity__session_people') }} as session_people
    group by session_people.session_key
    having
        count(distinct session_people.customer_key) = 1
        and {{ any_true('session_people.is_present') }}

),

of_owned_devices as (

    select
        sessions.session_key,
        sessions.visitor_key,
        device_owners.customer_key,
        'device_owner' as basis,
        device_owners.link_strength,
        sessions.started_at as owned_from,
        sessions.ended_at as owned_until
    from sessions
    inner join device_owners
        on sessions.visitor_key = device_owners.visitor_key
    where device_owners.verdict = 'owned'

),

of_other_devices as (

    select
        sessions.session_key,
        sessions.visitor_key,
        single_people.customer_key,
        'signed_in' as basis,
        case when single_people.is_strong then 'strong' else 'medium' end
            as link_strength,
        single_people.first_proof_at as owned_from,
        case
            when sign_outs.signed_out_at >= single_people.last_proof_at
                then sign_outs.signed_out_at
            else sessions.ended_at
        end as owned_until
    from sessions
    inner join single_people
        on sessions.session_key = single_people.session_key
    inner join device_owners
        on sessions.visitor_key = device_owners.visitor_key
    left join sign_outs
        on sessions.session_key = sign_outs.session_key
    where device_owners.verdict <> 'owned'

),

int_identity__session_owners as (

    select * from of_owned_devices
    union all
    select * from of_other_devices

)

select * from int_identity__session_owners
