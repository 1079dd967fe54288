-- Where do purchases begin? First channel of a journey against the channel of its purchase.
select
    purchase_channel,
    first_channel,
    count(*) as journey_count,
    sum(net_amount_eur) as net_eur,
    round(avg(length_days), 1) as mean_days,
    round(avg(touchpoint_count), 1) as mean_contacts
from {{ ref('customer_journeys') }}
where not is_open
group by purchase_channel, first_channel
order by
    purchase_channel asc nulls last, journey_count desc nulls last,
    first_channel asc nulls last
