-- How much of what boutiques sell was researched online first? Share of boutique purchases
-- (not of all purchases, of which the summary of a build says it, too) and of their EUR, by
-- month; unknown amounts are in the count, not in the EUR.
with journeys as (

    select
        extract(year from ended_at) as year,
        extract(month from ended_at) as month,
        is_ropo,
        net_amount_eur
    from {{ ref('customer_journeys') }}
    where purchase_channel = 'boutique'

)

select
    year,
    month,
    count(*) as boutique_purchase_count,
    sum(case when is_ropo then 1 else 0 end) as ropo_count,
    round({{ safe_divide('sum(case when is_ropo then 1 else 0 end)', 'count(*)') }}, 3)
        as ropo_share_of_boutique_purchases,
    sum(net_amount_eur) as boutique_net_eur,
    sum(case when is_ropo then net_amount_eur end) as ropo_net_eur
from journeys
group by year, month
order by year asc nulls last, month asc nulls last
