-- How many clients buy in more than one channel, and what are they worth? The house's own
-- argument for joining what the site and the boutique know.
with clients as (

    select
        customer_key,
        count(distinct purchase_channel) as channel_count,
        count(*) as purchase_count,
        sum(net_amount_eur) as net_eur
    from {{ ref('customer_journeys') }}
    where not is_open
    group by customer_key

)

select
    channel_count,
    count(*) as client_count,
    sum(purchase_count) as purchase_count,
    sum(net_eur) as net_eur,
    round(avg(cast(net_eur as {{ type_float() }})), 2) as mean_net_eur
from clients
group by channel_count
order by channel_count asc nulls last
