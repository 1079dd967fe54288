-- Grain: one person. The last contact that they made themselves, from which retention is
-- counted: a purchase, a visit, a click. A newsletter opened, or what the house did,
-- restarts nothing. Without any, it is the day on which they became known.
with touchpoints as (

    select
        customer_key,
        touchpoint_type,
        occurred_at
    from {{ ref('int_activity__touchpoints') }}
    where customer_key is not null

),

acts_of_people as (

    select
        touchpoint_type,
        makes_client
    from {{ ref('retention_acts') }}

),

acts as (

    select
        touchpoints.customer_key,
        max(touchpoints.occurred_at) as last_act_at,
        {{ any_true('acts_of_people.makes_client') }} as has_bought
    from touchpoints
    inner join acts_of_people
        on touchpoints.touchpoint_type = acts_of_people.touchpoint_type
    group by touchpoints.customer_key

),

people as (

    select
        customer_key,
        min(first_seen_at) as first_seen_at
    from {{ ref('int_identity__customer_map') }}
    group by customer_key

),

residences as (

    select
        customer_key,
        country_code
    from {{ ref('int_identity__customer_records') }}
    where is_leading

),

int_privacy__last_activity as (

    select
        people.customer_key,
        residences.country_code as jurisdiction,
        case when acts.has_bought then 'client' else 'prospect' end as retention_class,
        cast(coalesce(acts.last_act_at, people.first_seen_at) as date) as last_active_on,
        acts.last_act_at is not null as is_own_act
    from people
    left join acts
        on people.customer_key = acts.customer_key
    left join residences
        on people.customer_key = residences.customer_key

)

select * from int_privacy__last_activity
