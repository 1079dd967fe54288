-- Grain: one session in which somebody looked up a boutique, at the first time; which
-- events mean that is the house's configuration (web_events).
with hits as (

    select
        session_key,
        property,
        event_category,
        event_action,
        hit_at
    from {{ ref('int_web__hits') }}
    where event_action is not null
        and not is_excluded
        and arrived_at <= {{ as_of() }}

),

locator_events as (

    select
        property,
        nullif(event_category, '') as event_category,
        event_action
    from {{ ref('web_events') }}
    where meaning = 'store_locator'

),

int_activity__store_locator_uses as (

    select
        hits.session_key,
        min(hits.hit_at) as occurred_at
    from hits
    inner join locator_events
        on hits.property = coalesce(nullif(locator_events.property, '*'), hits.property)
        and hits.event_action = locator_events.event_action
        and (
            locator_events.event_category is null
            or hits.event_category = locator_events.event_category
        )
    group by hits.session_key

)

select * from int_activity__store_locator_uses
