-- Grain: one landed row = one version of a case of client service, typed and judged. Of
-- two versions of a case the closed one stands.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('case_id') }} as case_id,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ lower_case(clean_text('channel')) }} as channel,
        {{ lower_case(screened_text('topic')) }} as topic,
        {{ clean_text('sku') }} as sku,
        {{ read_timestamp('opened_at') }} as opened_at,
        {{ read_timestamp('closed_at') }} as closed_at,
        {{ lower_case(clean_text('status')) }} as status,
        {{ unreadable_fields({
            'closed_at': read_timestamp('closed_at'),
            'topic': screened_text('topic'),
        }) }} as unreadable_fields,
        {{ key([
            'case_id', 'source_system', 'customer_id', 'email', 'phone', 'channel',
            'topic', 'sku', 'opened_at', 'closed_at', 'status',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('service', 'cases', ['source_system, customer_id', 'email', 'phone']) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when case_id is null then 'unusable_key'
            when opened_at is null then 'unusable_opened_at'
        end as flaw
    from typed

),

base_service__cases as (

    select
        case_id,
        source_system,
        customer_id,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        phone,
        {{ phone_key('phone') }} as phone_key,
        channel,
        topic,
        sku,
        opened_at,
        closed_at,
        status,
        coalesce(flaw, {{ superseded(['case_id'], 'closed_at') }}) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_service__cases
