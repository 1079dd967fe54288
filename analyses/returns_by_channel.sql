-- What comes back? Returned EUR against purchased EUR, by the channel of the purchase, in
-- all and for journeys that were researched online.
select
    purchase_channel,
    is_ropo,
    count(*) as purchase_count,
    sum(case when returned_amount_eur > 0 then 1 else 0 end) as returned_count,
    sum(purchase_amount_eur) as purchased_eur,
    sum(returned_amount_eur) as returned_eur,
    round({{ safe_divide('sum(returned_amount_eur)', 'sum(purchase_amount_eur)') }}, 3)
        as returned_share
from {{ ref('customer_journeys') }}
where not is_open
group by purchase_channel, is_ropo
order by purchase_channel asc nulls last, is_ropo asc nulls last
