-- Grain: one session that is known to be a customer's, and from when to when: owned_from
-- and owned_until are what it has in common with the time in which the device was theirs.
-- Where somebody was proven to be, only their own time counts. Where nobody was, the
-- whole session must lie in it. A session that names several people is nobody's: keeping
-- them apart would be a guess.
with sessions as (

    select
        session_key,
        visitor_key,
        started_at,
        ended_at
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}

),

device_ownership as (

    select
        visitor_key,
        customer_key,
        valid_from,
        valid_to,
        evidence,
        link_strength
    from {{ ref('int_identity__device_ownership') }}

),

proven as (

    select
        session_key,
        case when count(distinct customer_key) = 1 then min(customer_key) end
            as customer_key,
        {{ any_true('is_strong') }} as is_strong
    from {{ ref('int_identity__session_people') }}
    group by session_key

),

met as (

    select
        sessions.*,
        device_ownership.customer_key,
        case
            when device_ownership.evidence = 'only_person' then 'device_owner'
            when proven.session_key is not null then 'signed_in'
            else 'between_sign_ins'
        end as basis,
        case
            when device_ownership.evidence <> 'only_person' and proven.is_strong
                then 'strong'
            else device_ownership.link_strength
        end as link_strength,
        case
            when sessions.started_at >= device_ownership.valid_from
                then sessions.started_at
            else device_ownership.valid_from
        end as owned_from,
        case
            when sessions.ended_at <= device_ownership.valid_to then sessions.ended_at
            else device_ownership.valid_to
        end as owned_until
    from sessions
    inner join device_ownership
        on sessions.visitor_key = device_ownership.visitor_key
        and sessions.started_at <= device_ownership.valid_to
        and sessions.ended_at >= device_ownership.valid_from
    left join proven
        on sessions.session_key = proven.session_key
    where
        proven.customer_key = device_ownership.customer_key
        or (proven.session_key is null and device_ownership.evidence <> 'one_visit')

),

int_identity__session_owners as (

    select
        session_key,
        visitor_key,
        customer_key,
        basis,
        link_strength,
        owned_from,
        owned_until
    from met
    where
        basis <> 'between_sign_ins'
        or (owned_from = started_at and owned_until = ended_at)
    qualify count(*) over (partition by session_key) = 1

)

select * from int_identity__session_owners
