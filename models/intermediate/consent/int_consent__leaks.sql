-- Grain: one mailing to an address and one customer behind it who had said no by then: by
-- the last word of any of their subjects, and received before it was sent. What was not
-- known yet is no leak, nor what a later yes of the same subject allows.
with sends as (

    select
        newsletter_event_id,
        campaign_id,
        reconciliation_key,
        occurred_at as sent_at
    from {{ ref('stg_newsletter__events') }}
    where event_type = 'sent' and occurred_at <= {{ as_of() }}

),

addresses as (

    select
        customer_key,
        identifier_value as reconciliation_key
    from {{ ref('int_consent__identifiers') }}
    where identifier_type = 'email'
    union distinct
    select
        customer_key,
        subject_key as reconciliation_key
    from {{ ref('int_consent__subjects') }}
    where subject_type = 'email'

),

events as (

    select *
    from {{ ref('int_consent__proven_events') }}
    where purpose = 'email_marketing' and recipient = 'house'

),

statements as (

    select
        sends.newsletter_event_id,
        sends.campaign_id,
        sends.sent_at,
        addresses.customer_key,
        events.subject_node_key,
        events.is_denial,
        events.source_system,
        events.consent_event_id,
        events.occurred_at as refused_at,
        events.received_at as known_at,
        -- A column, not a condition: DuckDB would join by the range, not by the person.
        case
            when sends.sent_at < events.occurred_at then events.occurred_at
            when sends.sent_at < events.received_at then events.received_at
        end as too_late_at
    from sends
    inner join addresses
        on sends.reconciliation_key = addresses.reconciliation_key
    inner join events
        on addresses.customer_key = events.customer_key

),

last_words as (

    select *
    from statements
    where too_late_at is null
    qualify row_number() over (
        partition by newsletter_event_id, customer_key, subject_node_key
        order by
            refused_at desc nulls last,
            is_denial desc nulls last,
            consent_event_id desc nulls last
    ) = 1

),

int_consent__leaks as (

    select
        newsletter_event_id,
        customer_key,
        campaign_id,
        'newsletter' as leaking_system,
        sent_at,
        source_system as refused_in,
        consent_event_id,
        refused_at,
        known_at,
        {{ safe_divide(seconds_between('known_at', 'sent_at'), '3600') }}
            as hours_since_known
    from last_words
    where is_denial
    qualify row_number() over (
        partition by newsletter_event_id, customer_key
        order by known_at asc nulls last, consent_event_id asc nulls last
    ) = 1

)

select * from int_consent__leaks
