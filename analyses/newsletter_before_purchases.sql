-- Does the newsletter stand before purchases? Purchases of clients who followed a link of
-- it in the 30 days before, by channel. Opening is not counted: mail programs do it alone.
with purchases as (

    select
        purchase_touchpoint_key,
        customer_key,
        purchase_channel,
        ended_at,
        net_amount_eur
    from {{ ref('customer_journeys') }}
    where not is_open

),

clicks as (

    select
        customer_key,
        occurred_at
    from {{ ref('touchpoints') }}
    where touchpoint_type = 'newsletter_clicked'

),

judged as (

    select
        purchases.purchase_touchpoint_key,
        purchases.purchase_channel,
        purchases.net_amount_eur,
        max(case when clicks.customer_key is not null then 1 else 0 end) as has_clicked
    from purchases
    left join clicks
        on purchases.customer_key = clicks.customer_key
        and {{ seconds_between('clicks.occurred_at', 'purchases.ended_at') }}
        between 0 and 30 * 86400
    group by
        purchases.purchase_touchpoint_key, purchases.purchase_channel,
        purchases.net_amount_eur

)

select
    purchase_channel,
    count(*) as purchase_count,
    sum(has_clicked) as after_newsletter_count,
    sum(case when has_clicked = 1 then net_amount_eur end) as after_newsletter_net_eur
from judged
group by purchase_channel
order by purchase_channel asc nulls last
