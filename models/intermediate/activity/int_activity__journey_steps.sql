{{ config(materialized='view') }}
-- Grain: one contact of a known client, in its journey. A purchase closes a journey;
-- what stands at the same instant comes before it (the seed's instant_rank), so that
-- the visit a purchase was made in belongs to that purchase.
with touchpoints as (

    select
        touchpoint_key,
        customer_key,
        occurred_at,
        channel,
        touchpoint_type,
        amount_eur,
        is_provisional,
        traffic_channel
    from {{ ref('int_activity__touchpoints') }}
    where customer_key is not null

),

touchpoint_types as (

    select
        touchpoint_type,
        instant_rank,
        is_purchase,
        is_web_visit,
        is_boutique_visit
    from {{ ref('touchpoint_types') }}
    where is_contact

),

ordered as (

    select
        touchpoints.touchpoint_key,
        touchpoints.customer_key,
        touchpoints.occurred_at,
        touchpoints.channel,
        touchpoints.traffic_channel,
        touchpoints.amount_eur,
        touchpoints.is_provisional,
        touchpoint_types.is_purchase,
        touchpoint_types.is_web_visit,
        touchpoint_types.is_boutique_visit,
        row_number() over (
            partition by touchpoints.customer_key
            order by
                touchpoints.occurred_at asc nulls last,
                touchpoint_types.instant_rank asc nulls last,
                touchpoints.touchpoint_key asc nulls last
        ) as contact_number
    from touchpoints
    inner join touchpoint_types
        on touchpoints.touchpoint_type = touchpoint_types.touchpoint_type

),

numbered as (

    select
        ordered.*,
        1 + coalesce(sum(case when is_purchase then 1 else 0 end) over (
            partition by customer_key
            order by contact_number asc nulls last
            rows between unbounded preceding and 1 preceding
        ), 0) as journey_number
    from ordered

),

int_activity__journey_steps as (

    select
        touchpoint_key,
        customer_key,
        cast(journey_number as int64) as journey_number,
        contact_number,
        occurred_at,
        channel,
        traffic_channel,
        amount_eur,
        is_provisional,
        is_purchase,
        is_web_visit,
        is_boutique_visit,
        row_number() over (
            partition by customer_key, journey_number
            order by contact_number asc nulls last
        ) = 1 as is_first,
        not is_purchase and row_number() over (
            partition by customer_key, journey_number, is_purchase
            order by contact_number desc nulls last
        ) = 1 as is_last_before_purchase,
        is_web_visit and row_number() over (
            partition by customer_key, journey_number, is_web_visit
            order by contact_number asc nulls last
        ) = 1 as is_first_web_visit
    from numbered

)

select * from int_activity__journey_steps
