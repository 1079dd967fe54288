-- Grain: one landed row = one version of a statement about consent, typed and judged.
-- An unknown purpose or status is rejected, so it grants nothing; of two versions
-- received together the denial stands.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('consent_event_id') }} as consent_event_id,
        {{ clean_text('source_system') }} as source_system,
        {{ known_value('subject_type', [
            'crm_customer', 'email', 'email_sha256', 'phone', 'loyalty',
            'web_visitor', 'web_user'
        ]) }} as subject_type,
        {{ clean_text('subject_id') }} as subject_id,
        {{ normalise_email('subject_id') }} as normal_email,
        {{ known_value('purpose', [
            'email_marketing', 'sms_marketing', 'phone_marketing',
            'messaging_app', 'analytics', 'profiling', 'clienteling',
            'ad_sharing', 'cross_border_transfer'
        ]) }} as purpose,
        {{ clean_text('recipient') }} as recipient,
        {{ known_value('status', ['granted', 'refused', 'withdrawn']) }} as status,
        {{ read_timestamp('occurred_at') }} as occurred_at,
        {{ read_timestamp('received_at') }} as received_at,
        {{ upper_code(clean_text('country_code')) }} as country_code,
        {{ clean_text('text_version') }} as text_version,
        {{ clean_text('proof_ref') }} as proof_ref,
        {{ unreadable_fields({
            'received_at': read_timestamp('received_at'),
        }) }} as unreadable_fields,
        {{ key([
            'consent_event_id', 'source_system', 'subject_type', 'subject_id',
            'purpose', 'recipient', 'status', 'occurred_at', 'received_at',
            'country_code', 'text_version', 'proof_ref',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('consent', 'consent_events', ['source_system, subject_type, subject_id']) }}

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
            when consent_event_id is null then 'unusable_key'
            when subject_type is null then 'unknown_subject_type'
            when subject_key is null then 'unusable_subject_id'
            when purpose is null then 'unknown_purpose'
            when status is null then 'unknown_status'
            when occurred_at is null then 'unusable_occurred_at'
        end as flaw
    from known

),

base_consent__consent_events as (

    select
        consent_event_id,
        source_system,
        subject_type,
        subject_id,
        subject_key,
        purpose,
        recipient,
        status,
        occurred_at,
        received_at,
        country_code,
        text_version,
        proof_ref,
        coalesce(
            flaw,
            {{ superseded(
                ['source_system', 'consent_event_id'],
                'received_at',
                before="case when status = 'granted' then 1 else 0 end",
            ) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_consent__consent_events
