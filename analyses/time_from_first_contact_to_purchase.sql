-- How long do clients take? Journeys by length, so that a reminder comes neither too early
-- nor too late. A journey of one contact is a purchase that came out of the blue.
select
    purchase_channel,
    case
        when touchpoint_count = 1 then '0 no contact before'
        when length_days < 1 then '1 same day'
        when length_days < 7 then '2 up to a week'
        when length_days < 30 then '3 up to a month'
        else '4 longer'
    end as length_band,
    count(*) as journey_count,
    sum(net_amount_eur) as net_eur
from {{ ref('customer_journeys') }}
where not is_open
group by purchase_channel, length_band
order by purchase_channel asc nulls last, length_band asc nulls last
