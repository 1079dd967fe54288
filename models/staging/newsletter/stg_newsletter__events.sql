-- Grain: one newsletter event; the rows of base_newsletter__events that stand.
with stg_newsletter__events as (

    select
        newsletter_event_id,
        email,
        email_status,
        reconciliation_key,
        event_type,
        campaign_id,
        occurred_at,
        _file,
        _line
    from {{ ref('base_newsletter__events') }}
    where rejected_because is null

)

select * from stg_newsletter__events
