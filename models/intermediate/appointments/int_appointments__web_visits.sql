-- Grain: one client of a live appointment who came to the site. The last 90 days are
-- counted back from as_of.
with clients as (

    select customer_key
    from {{ ref('int_appointments__clients') }}
    where identity_strength in ('strong', 'medium')
    group by customer_key

),

visits as (

    select
        sessions.customer_key,
        web_visits.occurred_at,
        web_visits.is_provisional
    from {{ ref('int_activity__web_visits') }} as web_visits
    inner join {{ ref('int_consent__allowed_clienteling') }} as sessions
        on web_visits.session_key = sessions.session_key
    where web_visits.touchpoint_type = 'web_visit'

),

int_appointments__web_visits as (

    select
        clients.customer_key,
        max(visits.occurred_at) as last_web_visit_at,
        count(case
            when visits.occurred_at > {{ add_seconds(as_of(), -90 * 86400) }} then 1
        end) as web_visit_count_90d,
        {{ any_true('visits.is_provisional') }} as has_provisional_visit
    from clients
    inner join visits
        on clients.customer_key = visits.customer_key
    group by clients.customer_key

)

select * from int_appointments__web_visits
