{{ config(materialized='view') }}
-- Grain: one visit with a cookie that is older than a cookie of the exempt lane may be,
-- counted from the first visit with it. Such an exempt visit is a browser of its own.
with cookies as (

    select
        visitor_key,
        min(started_at) as seen_at
    from {{ ref('int_web__sessions') }}
    group by visitor_key

),

cookie_life as (

    select min(months) as months
    from {{ ref('retention_policies') }}
    where
        retention_class = 'cookie'
        and valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

int_web__outlived_cookies as (

    select sessions.session_key
    from {{ ref('int_web__sessions') }} as sessions
    inner join cookies on sessions.visitor_key = cookies.visitor_key
    cross join cookie_life
    where
        sessions.lane = 'exempt'
        and sessions.started_at > {{ add_months('cookies.seen_at', 'cookie_life.months') }}

)

select * from int_web__outlived_cookies
