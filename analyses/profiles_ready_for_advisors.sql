-- How ready are the briefs of the coming appointments? By boutique and status: how many have
-- something to lay out, and how many of those pieces lie in the boutique.
with items as (

    select
        appointment_id,
        count(*) as item_count,
        sum(case when is_available_in_store then 1 else 0 end) as showable_count
    from {{ ref('appointment_profile_items') }}
    group by appointment_id

)

select
    profiles.store_id,
    profiles.profile_status,
    count(*) as profile_count,
    sum(coalesce(items.item_count, 0)) as item_count,
    sum(coalesce(items.showable_count, 0)) as showable_count,
    sum(case when items.showable_count > 0 then 1 else 0 end) as profiles_with_a_piece_here
from {{ ref('appointment_profiles') }} as profiles
left join items
    on profiles.appointment_id = items.appointment_id
group by profiles.store_id, profiles.profile_status
order by profiles.store_id asc nulls last, profiles.profile_status asc nulls last
