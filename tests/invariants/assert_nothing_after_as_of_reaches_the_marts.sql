-- No mart of journeys and profiles knows a moment after as_of, except the hour of an
-- appointment to come.
select
    'touchpoints' as mart,
    touchpoint_key as row_key,
    occurred_at as seen_at
from {{ ref('touchpoints') }}
where occurred_at > {{ as_of() }}

union all

select
    'customer_journeys' as mart,
    journey_key as row_key,
    ended_at as seen_at
from {{ ref('customer_journeys') }}
where ended_at > {{ as_of() }}

union all

select
    'appointment_profiles' as mart,
    appointment_id as row_key,
    data_as_of as seen_at
from {{ ref('appointment_profiles') }}
where data_as_of > {{ as_of() }}
    or last_web_visit_at > {{ as_of() }}
    or last_purchase_at > {{ as_of() }}
    or consent_effective_at > {{ as_of() }}
