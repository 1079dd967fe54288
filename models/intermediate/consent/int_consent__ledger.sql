{{ config(materialized='view') }}
-- Grain: one statement of one feed about one purpose, whoever made it; only ever added
-- to. recipient 'house' is the house itself. is_proven: the log names proof and wording;
-- what the newsletter and the sites record themselves is proof of its own.
with consent_events as (

    select
        'consent' as feed,
        consent_event_id,
        source_system,
        subject_type,
        subject_key,
        purpose,
        recipient,
        status,
        occurred_at,
        received_at,
        country_code,
        text_version,
        proof_ref
    from {{ ref('stg_consent__consent_events') }}

),

implied_statements as (

    select
        feed,
        consent_event_id,
        source_system,
        subject_type,
        subject_key,
        purpose,
        recipient,
        status,
        occurred_at,
        received_at,
        country_code,
        cast(null as string) as text_version,
        consent_event_id as proof_ref
    from {{ ref('int_consent__implied_statements') }}

),

crossed_statements as (

    select
        feed,
        consent_event_id,
        source_system,
        subject_type,
        subject_key,
        purpose,
        recipient,
        status,
        occurred_at,
        received_at,
        country_code,
        text_version,
        proof_ref
    from {{ ref('int_consent__crossed_statements') }}

),

statements as (

    select * from consent_events
    union all
    select * from implied_statements
    union all
    select * from crossed_statements

),

int_consent__ledger as (

    select
        feed,
        consent_event_id,
        source_system,
        case subject_type when 'email_sha256' then 'email' else subject_type end
            as subject_type,
        case
            when subject_type in ('email', 'email_sha256', 'phone') then ''
            else coalesce(source_system, '')
        end as subject_system,
        subject_key,
        purpose,
        coalesce(recipient, 'house') as recipient,
        status,
        occurred_at,
        coalesce(received_at, occurred_at) as received_at,
        country_code,
        text_version,
        proof_ref,
        feed <> 'consent' or (proof_ref is not null and text_version is not null)
            as is_proven
    from statements
    where subject_key is not null

)

select * from int_consent__ledger
