-- Grain: one span of time in which a device was one person's; no two of a device meet.
-- Where nobody else was ever proven to be there it is theirs for its whole life. On any
-- other device it is theirs from a sign-in to the sign-out or the end of the visit, and
-- on to their next sign-in; whoever signs in next ends it. In between it is nobody's:
-- the last to sign in does not inherit what others did.
with device_owners as (

    select
        visitor_key,
        customer_key,
        link_strength
    from {{ ref('int_identity__device_owners') }}
    where verdict = 'owned'

),

visitors as (

    select
        visitor_key,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity__visitors') }}

),

followed as (

    select
        device_stays.*,
        lead(began_at) over (
            partition by visitor_key order by stay_number asc nulls last
        ) as next_began_at
    from {{ ref('int_identity__device_stays') }} as device_stays
    where began_at is not null

),

stays as (

    select
        visitor_key,
        customer_key,
        began_at as valid_from,
        case
            when next_began_at <= ended_at then {{ add_seconds('next_began_at', -1) }}
            else ended_at
        end as valid_to,
        case when visit_count = 1 then 'one_visit' else 'several_visits' end as evidence
    from followed
    where customer_key is not null

),

int_identity__device_ownership as (

    select
        device_owners.visitor_key,
        device_owners.customer_key,
        visitors.first_seen_at as valid_from,
        visitors.last_seen_at as valid_to,
        'only_person' as evidence,
        device_owners.link_strength
    from device_owners
    inner join visitors
        on device_owners.visitor_key = visitors.visitor_key
    union all
    select
        visitor_key,
        customer_key,
        valid_from,
        valid_to,
        evidence,
        'medium' as link_strength
    from stays
    where valid_from <= valid_to

)

select * from int_identity__device_ownership
