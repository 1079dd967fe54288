-- Grain: one message sent to a person after the house knew their no. Should be empty; a
-- row names the system that wrote, and the one that had heard.
with consent_leaks as (

    select
        newsletter_event_id,
        customer_key,
        campaign_id,
        leaking_system,
        sent_at,
        refused_in,
        consent_event_id,
        refused_at,
        known_at,
        hours_since_known
    from {{ ref('int_consent__leaks') }}

)

select * from consent_leaks
