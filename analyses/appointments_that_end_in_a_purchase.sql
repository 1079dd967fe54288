-- Do appointments sell, and more so to clients who looked online first? Appointments kept,
-- and how many were followed by a boutique purchase of the client within three days. A
-- comparison of people who chose to browse, not a proof that browsing causes purchases.
with visits as (

    select
        touchpoint_key,
        customer_key,
        store_id,
        occurred_at
    from {{ ref('touchpoints') }}
    where touchpoint_type = 'appointment_visit'
        and customer_key is not null

),

purchases as (

    select
        customer_key,
        occurred_at
    from {{ ref('touchpoints') }}
    where touchpoint_type = 'boutique_purchase'

),

web_visits as (

    select
        customer_key,
        occurred_at
    from {{ ref('touchpoints') }}
    where touchpoint_type = 'web_visit'

),

judged as (

    select
        visits.touchpoint_key,
        visits.store_id,
        max(case when purchases.customer_key is not null then 1 else 0 end) as is_sold,
        max(case when web_visits.customer_key is not null then 1 else 0 end) as is_browsed
    from visits
    left join purchases
        on visits.customer_key = purchases.customer_key
        and {{ seconds_between('visits.occurred_at', 'purchases.occurred_at') }}
        between 0 and 3 * 86400
    left join web_visits
        on visits.customer_key = web_visits.customer_key
        and {{ seconds_between('web_visits.occurred_at', 'visits.occurred_at') }}
        between 0 and 30 * 86400
    group by visits.touchpoint_key, visits.store_id

)

select
    store_id,
    is_browsed = 1 as looked_online_before,
    count(*) as visit_count,
    sum(is_sold) as sold_count,
    round({{ safe_divide('sum(is_sold)', 'count(*)') }}, 3) as sold_share
from judged
group by store_id, looked_online_before
order by store_id asc nulls last, looked_online_before asc nulls last
