-- Grain: one address or number that somebody refused with, asks a request by, or that is
-- a colleague's, and the same under another key. Data of two jurisdictions never meet,
-- but a refusal, a request and who is no client count under every key. Without a
-- jurisdiction apart (seeds key_jurisdictions, transfer_bases) it is empty.
with refusals as (

    select
        subject_type,
        subject_id,
        subject_key
    from {{ ref('base_consent__consent_events') }}
    where
        subject_type in ('email', 'email_sha256', 'phone')
        and coalesce(status, 'unreadable') <> 'granted'

),

unsubscribed as (

    select
        'email' as subject_type,
        email as subject_id,
        reconciliation_key as subject_key
    from {{ ref('stg_newsletter__events') }}
    where event_type in ('unsubscribe', 'complained')

),

requests as (

    select
        subject_type,
        subject_id,
        subject_key
    from {{ ref('stg_privacy__requests') }}
    where subject_type in ('email', 'email_sha256', 'phone')

),

colleagues as (

    select
        'email' as subject_type,
        email as subject_id,
        staff_key as subject_key
    from {{ ref('stg_crm__advisors') }}

),

named as (

    select * from refusals
    union all
    select * from unsubscribed
    union all
    select * from requests
    union all
    select * from colleagues

),

aliases as (

    select
        named.subject_key,
        case named.subject_type when 'phone' then 'phone' else 'email' end
            as identifier_type,
        {{ contact_key(
            'named.subject_type', 'named.subject_id', 'keys_in_use.key_name'
        ) }} as other_value
    from named
    inner join {{ keys_in_use() }} as keys_in_use
        on not starts_with(named.subject_key, keys_in_use.key_name || ':')
    where named.subject_key is not null

),

key_aliases as (

    select distinct
        identifier_type,
        '' as identifier_system,
        subject_key as identifier_value,
        other_value
    from aliases

)

select * from key_aliases
