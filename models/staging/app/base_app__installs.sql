-- Grain: one landed row = one version of an installation of the mobile app, typed and
-- judged. The version seen last stands, so a telephone handed on belongs to its latest
-- user.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('app_instance_id') }} as app_instance_id,
        {{ lower_case(clean_text('platform')) }} as platform,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ read_timestamp('first_opened_at') }} as first_opened_at,
        {{ read_timestamp('last_seen_at') }} as last_seen_at,
        {{ unreadable_fields({
            'first_opened_at': read_timestamp('first_opened_at'),
            'last_seen_at': read_timestamp('last_seen_at'),
        }) }} as unreadable_fields,
        {{ key([
            'app_instance_id', 'platform', 'email', 'source_system', 'customer_id',
            'first_opened_at', 'last_seen_at',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('app', 'installs', [
            'app_instance_id', 'source_system, customer_id', 'email',
        ]) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when app_instance_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_app__installs as (

    select
        app_instance_id,
        platform,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        source_system,
        customer_id,
        first_opened_at,
        last_seen_at,
        coalesce(
            flaw,
            {{ superseded(['app_instance_id'], 'last_seen_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_app__installs
