-- Grain: one statement of a site about who is there: an event with a key, once for each
-- key; a visit that carries an id in a session or user slot ('session_id'); a sign-out,
-- which names nobody. A key on a hit whose event nobody configured proves no sign-in.
{{ config(**by_day()) }}

with events as (

    select *
    from {{ ref('int_web__events') }}
    where
        {{ in_days_to_build('report_date') }}
        and meaning in (
            'sign_in', 'account_created', 'newsletter_signup', 'order', 'sign_out'
        )

),

keys as (

    select *
    from {{ ref('int_web__reconciliation_keys') }}
    where
        {{ in_days_to_build('report_date') }}
        and identifier_value is not null

),

session_parts as (

    select session_part_key
    from {{ ref('int_web__session_parts') }}
    where
        {{ in_days_to_build('report_date') }}
        and not is_excluded

),

statements as (

    select
        events.hit_key as stated_in,
        events.hit_key,
        events.visitor_key,
        events.session_key,
        events.property,
        events.report_date,
        events.occurred_at,
        events.arrived_at,
        events.meaning,
        keys.identifier_type,
        keys.identifier_system,
        keys.identifier_value
    from events
    inner join keys on events.hit_key = keys.hit_key
    where events.meaning <> 'sign_out'
    union all
    select
        hit_key as stated_in,
        hit_key,
        visitor_key,
        session_key,
        property,
        report_date,
        occurred_at,
        arrived_at,
        meaning,
        cast(null as string) as identifier_type,
        cast(null as string) as identifier_system,
        cast(null as string) as identifier_value
    from events
    where meaning = 'sign_out'
    union all
    select
        keys.session_part_key as stated_in,
        keys.hit_key,
        keys.visitor_key,
        keys.session_key,
        keys.property,
        keys.report_date,
        keys.seen_at as occurred_at,
        keys.arrived_at,
        'session_id' as meaning,
        keys.identifier_type,
        keys.identifier_system,
        keys.identifier_value
    from keys
    inner join session_parts on keys.session_part_key = session_parts.session_part_key
    where keys.hit_key is null

),

int_web__sign_ins as (

    select
        {{ key([
            'stated_in', 'meaning', 'identifier_type', 'identifier_system', 'identifier_value',
        ]) }} as sign_in_key,
        min(hit_key) as hit_key,
        min(visitor_key) as visitor_key,
        min(session_key) as session_key,
        min(property) as property,
        min(report_date) as report_date,
        min(occurred_at) as occurred_at,
        min(arrived_at) as arrived_at,
        meaning,
        identifier_type,
        identifier_system,
        identifier_value
    from statements
    group by
        stated_in,
        meaning,
        identifier_type,
        identifier_system,
        identifier_value

)

select * from int_web__sign_ins
