{{ config(materialized='view') }}
-- Grain: one statement about one purpose that follows from what a person did elsewhere
-- than in the consent log: newsletter, banners, objections (each purpose they end), and
-- log entries that cannot be read: a denial of their purpose, or of every purpose where
-- that is what cannot be read. A denial without a date is of now.
with purposes as (

    select
        purpose,
        is_ended_by_objection
    from {{ ref('consent_purposes') }}

),

newsletter as (

    select
        'newsletter' as feed,
        newsletter_event_id as consent_event_id,
        'newsletter' as source_system,
        'email' as subject_type,
        reconciliation_key as subject_key,
        'email_marketing' as purpose,
        cast(null as string) as recipient,
        case event_type when 'subscribe' then 'granted' else 'withdrawn' end as status,
        occurred_at,
        occurred_at as received_at,
        cast(null as string) as country_code
    from {{ ref('stg_newsletter__events') }}
    where event_type in ('subscribe', 'unsubscribe', 'complained')

),

web as (

    select
        'web' as feed,
        session_key as consent_event_id,
        property as source_system,
        'web_visitor' as subject_type,
        visitor_id as subject_key,
        purpose,
        cast(null as string) as recipient,
        status,
        occurred_at,
        received_at,
        country_code
    from {{ ref('int_consent__web_statements') }}

),

objections as (

    select
        'privacy' as feed,
        requests.request_id as consent_event_id,
        'privacy' as source_system,
        requests.subject_type,
        requests.subject_key,
        purposes.purpose,
        cast(null as string) as recipient,
        'refused' as status,
        coalesce(requests.received_at, {{ as_of() }}) as occurred_at,
        requests.received_at,
        cast(null as string) as country_code
    from {{ ref('stg_privacy__requests') }} as requests
    inner join purposes
        on requests.kind = 'objection' and purposes.is_ended_by_objection

),

unreadable as (

    select
        'unreadable' as feed,
        events.consent_event_id,
        events.source_system,
        events.subject_type,
        events.subject_key,
        purposes.purpose,
        events.recipient,
        'refused' as status,
        coalesce(events.occurred_at, events.received_at, {{ as_of() }}) as occurred_at,
        events.received_at,
        events.country_code
    from {{ ref('stg_consent__unreadable_events') }} as events
    inner join purposes
        on coalesce(events.purpose, purposes.purpose) = purposes.purpose

),

int_consent__implied_statements as (

    select * from newsletter
    union all
    select * from web
    union all
    select * from objections
    union all
    select * from unreadable

)

select * from int_consent__implied_statements
