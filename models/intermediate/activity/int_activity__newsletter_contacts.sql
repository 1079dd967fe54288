{{ config(materialized='view') }}
-- Grain: one act of a reader of the newsletter. What the house did (sent) or a mail
-- server answered (bounced) is no contact of the client and stays out: the seed
-- touchpoint_types lists the acts that count.
with newsletter_events as (

    select
        newsletter_event_id,
        reconciliation_key,
        'newsletter_' || event_type as touchpoint_type,
        occurred_at
    from {{ ref('stg_newsletter__events') }}
    where occurred_at <= {{ as_of() }}

),

touchpoint_types as (

    select touchpoint_type
    from {{ ref('touchpoint_types') }}

),

int_activity__newsletter_contacts as (

    select
        {{ key(["'newsletter'", 'newsletter_events.newsletter_event_id']) }}
            as touchpoint_key,
        newsletter_events.touchpoint_type,
        'newsletter' as source_system,
        newsletter_events.newsletter_event_id as source_id,
        newsletter_events.occurred_at,
        newsletter_events.reconciliation_key
    from newsletter_events
    inner join touchpoint_types
        on newsletter_events.touchpoint_type = touchpoint_types.touchpoint_type

)

select * from int_activity__newsletter_contacts
