-- In which channels do we know whom we meet? Contacts with a client against all, and the
-- EUR of purchases that nobody can be thanked for.
select
    channel,
    touchpoint_type,
    count(*) as contact_count,
    count(customer_key) as known_count,
    round({{ safe_divide('count(customer_key)', 'count(*)') }}, 3) as known_share,
    sum(case when customer_key is null then amount_eur end) as unknown_eur
from {{ ref('touchpoints') }}
group by channel, touchpoint_type
order by channel asc nulls last, touchpoint_type asc nulls last
