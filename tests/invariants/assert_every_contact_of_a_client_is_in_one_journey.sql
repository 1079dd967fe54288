-- Per client, journeys hold as many contacts, and as much EUR bought, as the line of time
-- has: no contact is in two journeys, none is in no journey.
with contacts as (

    select
        touchpoints.customer_key,
        count(*) as contact_count,
        sum(case when types.is_purchase then 1 else 0 end) as purchase_count,
        sum(case when types.is_purchase then touchpoints.amount_eur end) as bought_eur
    from {{ ref('touchpoints') }} as touchpoints
    inner join {{ ref('touchpoint_types') }} as types
        on touchpoints.touchpoint_type = types.touchpoint_type
    where types.is_contact
        and touchpoints.customer_key is not null
    group by touchpoints.customer_key

),

journeys as (

    select
        customer_key,
        sum(touchpoint_count) as contact_count,
        sum(case when is_open then 0 else 1 end) as purchase_count,
        sum(purchase_amount_eur) as bought_eur
    from {{ ref('customer_journeys') }}
    group by customer_key

)

select
    coalesce(contacts.customer_key, journeys.customer_key) as customer_key,
    contacts.contact_count,
    journeys.contact_count as journey_contact_count
from contacts
full outer join journeys
    on contacts.customer_key = journeys.customer_key
where contacts.contact_count is distinct from journeys.contact_count
    or contacts.purchase_count is distinct from journeys.purchase_count
    or contacts.bought_eur is distinct from journeys.bought_eur
