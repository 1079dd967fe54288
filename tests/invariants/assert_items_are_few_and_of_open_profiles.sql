-- Items and profiles tell the same: item_count counts them, ranks run from 1 without a gap
-- to ten at most, and a better rank never has a lower score.
with items as (

    select
        appointment_id,
        rank,
        score,
        lag(score) over (
            partition by appointment_id
            order by rank asc nulls last, sku asc nulls last
        ) as score_before
    from {{ ref('appointment_profile_items') }}

),

counted as (

    select
        appointment_id,
        count(*) as item_count,
        max(rank) as last_rank,
        max(case when score > score_before or score <= 0 then 1 else 0 end) as is_disordered
    from items
    group by appointment_id

)

select
    profiles.appointment_id,
    profiles.item_count,
    counted.item_count as listed_count
from {{ ref('appointment_profiles') }} as profiles
full outer join counted
    on profiles.appointment_id = counted.appointment_id
where coalesce(profiles.item_count, -1) <> coalesce(counted.item_count, 0)
    or coalesce(counted.last_rank, 0) <> coalesce(counted.item_count, 0)
    or counted.item_count > 10
    or counted.is_disordered = 1
