-- Grain: one landed row = one version of a request of a person about their data, typed
-- and judged. A request with an unreadable date stays: it must be answered all the
-- same.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('request_id') }} as request_id,
        {{ known_value('kind', [
            'access', 'erasure', 'objection', 'portability'
        ]) }} as kind,
        {{ known_value('subject_type', [
            'crm_customer', 'email', 'email_sha256', 'phone', 'loyalty',
            'web_visitor', 'web_user'
        ]) }} as subject_type,
        {{ clean_text('subject_id') }} as subject_id,
        {{ normalise_email('subject_id') }} as normal_email,
        {{ read_timestamp('received_at') }} as received_at,
        {{ read_timestamp('identity_verified_at') }} as identity_verified_at,
        {{ lower_case(clean_text('status')) }} as status,
        {{ unreadable_fields({
            'received_at': read_timestamp('received_at'),
            'identity_verified_at': read_timestamp('identity_verified_at'),
        }) }} as unreadable_fields,
        {{ key([
            'request_id', 'kind', 'subject_type', 'subject_id', 'received_at',
            'identity_verified_at', 'status',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row([]) }} as key_name,
        _file,
        _line
    from {{ landed('privacy', 'requests', ['subject_type, subject_id']) }}

),

named as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status
    from typed

),

known as (

    select
        named.*,
        {{ subject_key('subject_type', 'subject_id', 'email_status') }} as subject_key
    from named

),

judged as (

    select
        known.*,
        case
            when withheld_because is not null then withheld_because
            when request_id is null then 'unusable_key'
            when kind is null then 'unknown_kind'
            when subject_type is null then 'unknown_subject_type'
            when subject_key is null then 'unusable_subject_id'
        end as flaw
    from known

),

base_privacy__requests as (

    select
        request_id,
        kind,
        subject_type,
        subject_id,
        subject_key,
        received_at,
        identity_verified_at,
        status,
        coalesce(
            flaw,
            {{ superseded(['request_id'], 'received_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_privacy__requests
