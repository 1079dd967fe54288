-- Grain: one value received in a configured slot. Nothing raw passes: an e-mail becomes
-- its keyed hash, also where it was sent in clear or in the slot of an id; what is unusable
-- keeps its row and its status, and loses its value.
{{ config(**by_day()) }}

with received as (

    select
        hit_key,
        session_key,
        session_part_key,
        visitor_key,
        property,
        report_date,
        seen_at,
        arrived_at,
        slot_scope,
        slot_index,
        slot_name,
        meaning,
        identifier_system,
        {{ key_name_of(['property']) }} as key_name,
        {{ received_key('raw_value') }} as received_value
    from {{ ref('stg_ga360__custom_dimensions') }}
    where
        {{ in_days_to_build('report_date') }}
        and meaning in ('crm_customer', 'email_sha256', 'loyalty')

),

placeholders as (

    select {{ lower_case('matches') }} as matches
    from {{ ref('web_placeholder_keys') }}

),

read_values as (

    select
        received.*,
        placeholders.matches is not null as is_placeholder,
        {{ normalise_email(decoded_at_sign('received.received_value')) }} as clear_email,
        {{ sha256_of_received('received.received_value') }} as email_sha256
    from received
    left join placeholders on {{ lower_case('received.received_value') }} = placeholders.matches

),

judged as (

    select
        read_values.*,
        case
            when is_placeholder or received_value is null then 'placeholder'
            when {{ email_status('clear_email') }} = 'placeholder' then 'placeholder'
            when {{ email_status('clear_email') }} in ('ok', 'staff') then 'raw_email'
            when strpos(clear_email, '@') > 0 then 'bad_format'
            when meaning <> 'email_sha256' then 'ok'
            when email_sha256 in (select placeholders.matches from placeholders)
                then 'placeholder'
            when email_sha256 is not null then 'ok'
            when {{ regexp_contains('received_value', "'^([0-9a-fA-F]{32}|[0-9a-fA-F]{40})$'") }}
                then 'legacy_hash'
            when {{ regexp_contains('received_value', "'^[0-9a-fA-F]{1,63}$'") }}
                then 'truncated'
            else 'bad_format'
        end as status
    from read_values

),

int_web__reconciliation_keys as (

    select
        {{ key([
            'session_part_key', 'hit_key', 'meaning', 'slot_scope', 'slot_index', 'slot_name',
        ]) }} as received_key,
        hit_key,
        session_key,
        session_part_key,
        visitor_key,
        property,
        report_date,
        seen_at,
        arrived_at,
        case
            when meaning = 'email_sha256' or status = 'raw_email' then 'email'
            else meaning
        end as identifier_type,
        case
            when meaning = 'email_sha256' or status = 'raw_email' then ''
            else identifier_system
        end as identifier_system,
        case
            when status = 'raw_email'
                then {{ reconciliation_key_of_hash(sha256_hex('clear_email')) }}
            when status = 'ok' and meaning = 'email_sha256'
                then {{ reconciliation_key_of_hash('email_sha256') }}
            when status = 'ok' then received_value
        end as identifier_value,
        status,
        slot_scope as key_scope
    from judged

)

select * from int_web__reconciliation_keys
