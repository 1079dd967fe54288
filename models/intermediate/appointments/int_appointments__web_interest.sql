-- Grain: one live appointment whose gate is open: all that the profile says of the
-- client's time on the site. What is not here is withheld; the mart can only leave it
-- empty.
with gates as (

    select
        appointment_id,
        customer_key
    from {{ ref('int_appointments__gates') }}
    where gate = 'open'

),

themes as (

    select * from {{ ref('int_appointments__themes') }}

),

web_visits as (

    select
        customer_key,
        last_web_visit_at,
        web_visit_count_90d,
        has_provisional_visit
    from {{ ref('int_appointments__web_visits') }}

),

items as (

    select
        appointment_id,
        count(*) as item_count
    from {{ ref('int_appointments__items') }}
    group by appointment_id

),

int_appointments__web_interest as (

    select
        gates.appointment_id,
        themes.theme_1,
        themes.theme_1_reason,
        themes.theme_2,
        themes.theme_2_reason,
        themes.theme_3,
        themes.theme_3_reason,
        coalesce(items.item_count, 0) as item_count,
        web_visits.last_web_visit_at,
        coalesce(web_visits.web_visit_count_90d, 0) as web_visit_count_90d,
        coalesce(web_visits.has_provisional_visit, false) as is_provisional,
        themes.customer_key is not null or items.appointment_id is not null
            as has_interest
    from gates
    left join themes
        on gates.customer_key = themes.customer_key
    left join web_visits
        on gates.customer_key = web_visits.customer_key
    left join items
        on gates.appointment_id = items.appointment_id

)

select * from int_appointments__web_interest
