-- Grain: one hit with a meaning the house gave to its event, or an order. A rule for one
-- property and a rule for all (`*`) may both match: the property's own wins.
{{ config(**by_day()) }}

with hits as (

    select
        hit_key,
        session_key,
        visitor_key,
        source_system,
        property,
        report_date,
        hit_at,
        arrived_at,
        event_category,
        event_action,
        ecommerce_action,
        transaction_id
    from {{ ref('int_web__hits') }}
    where
        {{ in_days_to_build('report_date', 'session_report_date') }}
        and not is_excluded
        and (event_category is not null or ecommerce_action = 'purchase')

),

rules as (

    select
        source_system,
        property,
        {{ lower_case('event_category') }} as event_category,
        {{ lower_case('event_action') }} as event_action,
        meaning
    from {{ ref('web_events') }}

),

named_events as (

    select
        hits.hit_key,
        rules.meaning
    from hits
    inner join rules
        on hits.source_system = rules.source_system
        and {{ lower_case('hits.event_category') }} = rules.event_category
        and {{ lower_case('hits.event_action') }} = rules.event_action
        and rules.property in (hits.property, '*')
    qualify row_number() over (
        partition by hits.hit_key
        order by
            case when rules.property = '*' then 1 else 0 end nulls last,
            rules.meaning asc nulls last
    ) = 1

),

meanings as (

    select
        hit_key,
        meaning
    from named_events
    union all
    select
        hit_key,
        'order' as meaning
    from hits
    where ecommerce_action = 'purchase' and transaction_id is not null

),

int_web__events as (

    select
        hits.hit_key,
        meanings.meaning,
        hits.session_key,
        hits.visitor_key,
        hits.property,
        hits.report_date,
        hits.hit_at as occurred_at,
        hits.arrived_at
    from hits
    inner join meanings on hits.hit_key = meanings.hit_key

)

select * from int_web__events
