-- Grain: one session in which somebody looked up a boutique, at the first time; which
-- events mean that is the house's configuration, read in int_web__events.
with events as (

    select
        session_key,
        occurred_at
    from {{ ref('int_web__events') }}
    where meaning = 'store_locator'
        and arrived_at <= {{ as_of() }}

),

int_activity__store_locator_uses as (

    select
        session_key,
        min(occurred_at) as occurred_at
    from events
    group by session_key

)

select * from int_activity__store_locator_uses
