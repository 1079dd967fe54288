-- Grain: one landed row = one version of a newsletter event, typed and judged. Anyone
-- can type any address into a sign-up form: an event is evidence about the address, not
-- about a browser.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('newsletter_event_id') }} as newsletter_event_id,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ known_value('event_type', [
            'subscribe', 'unsubscribe', 'sent', 'opened', 'clicked', 'bounced',
            'complained'
        ]) }} as event_type,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ read_timestamp('occurred_at') }} as occurred_at,
        cast(null as string) as unreadable_fields,
        {{ key([
            'newsletter_event_id', 'email', 'event_type', 'campaign_id', 'occurred_at',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row([]) }} as key_name,
        _file,
        _line
    from {{ landed('newsletter', 'events', ['email']) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when newsletter_event_id is null then 'unusable_key'
            when event_type is null then 'unknown_event_type'
            when occurred_at is null then 'unusable_occurred_at'
        end as flaw
    from typed

),

base_newsletter__events as (

    select
        newsletter_event_id,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        event_type,
        campaign_id,
        occurred_at,
        coalesce(
            flaw,
            {{ superseded(['newsletter_event_id'], 'occurred_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_newsletter__events
