-- Which traffic brings people whose money is spent in a boutique? By the traffic of the
-- first web visit of each journey: what a last-click report of the site never sees.
select
    first_traffic,
    sum(case when purchase_channel = 'boutique' then 1 else 0 end) as boutique_purchases,
    sum(case when purchase_channel = 'boutique' then net_amount_eur end) as boutique_net_eur,
    sum(case when purchase_channel = 'web' then 1 else 0 end) as online_purchases,
    sum(case when purchase_channel = 'web' then net_amount_eur end) as online_net_eur,
    sum(case when is_open then 1 else 0 end) as open_journeys
from {{ ref('customer_journeys') }}
where first_traffic is not null
group by first_traffic
order by boutique_net_eur desc nulls last, first_traffic asc nulls last
