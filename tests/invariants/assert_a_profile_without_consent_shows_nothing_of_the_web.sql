-- Consent is looked up again here, in consent_states: whoever has not granted clienteling,
-- or is known only weakly, has no theme, no item and no figure of the web, and is told why.
with granted as (

    select customer_key
    from {{ ref('consent_states') }}
    where purpose = 'clienteling'
    group by customer_key
    having min(status) = 'granted'
        and max(status) = 'granted'

),

items as (

    select
        appointment_id,
        count(*) as item_count
    from {{ ref('appointment_profile_items') }}
    group by appointment_id

),

withheld as (

    select profiles.*
    from {{ ref('appointment_profiles') }} as profiles
    left join granted
        on profiles.customer_key = granted.customer_key
    where granted.customer_key is null
        or profiles.identity_strength not in ('strong', 'medium')

)

select
    withheld.appointment_id,
    withheld.profile_status,
    items.item_count
from withheld
left join items
    on withheld.appointment_id = items.appointment_id
where items.appointment_id is not null
    or withheld.item_count <> 0
    or withheld.theme_1 is not null
    or withheld.theme_2 is not null
    or withheld.theme_3 is not null
    or withheld.last_web_visit_at is not null
    or withheld.web_visit_count_90d is not null
    or withheld.is_provisional
    or withheld.withheld_because is null
