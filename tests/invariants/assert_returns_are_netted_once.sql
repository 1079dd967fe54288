-- What came back of a client's purchases is in their journeys once: each return that names
-- a purchase of a client lowers one journey, and no journey is lowered by anything else.
with returned as (

    select
        returns.original_touchpoint_key as touchpoint_key,
        -sum(returns.amount_eur) as amount_eur
    from {{ ref('touchpoints') }} as returns
    inner join {{ ref('touchpoints') }} as purchases
        on returns.original_touchpoint_key = purchases.touchpoint_key
    where purchases.customer_key is not null
    group by returns.original_touchpoint_key
    having count(*) = count(returns.amount_eur)

),

journeys as (

    select
        purchase_touchpoint_key as touchpoint_key,
        returned_amount_eur as amount_eur
    from {{ ref('customer_journeys') }}
    where returned_amount_eur <> 0

)

select
    coalesce(returned.touchpoint_key, journeys.touchpoint_key) as touchpoint_key,
    returned.amount_eur as returned_eur,
    journeys.amount_eur as journey_eur
from returned
full outer join journeys
    on returned.touchpoint_key = journeys.touchpoint_key
where coalesce(returned.amount_eur, 0) <> coalesce(journeys.amount_eur, 0)
