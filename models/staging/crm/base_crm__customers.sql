-- Grain: one landed row = one version of a client record of a regional CRM, typed and
-- judged. One person may stand in several, and nothing here joins them; of several
-- versions of a record the one updated last stands.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('civility') }} as civility,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('first_name_native') }} as first_name_native,
        {{ clean_text('last_name_native') }} as last_name_native,
        {{ read_birth_date('birth_date', 'updated_at', 'created_at') }} as birth_date,
        {{ clean_text('gender') }} as gender,
        {{ clean_text('language') }} as language,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('address_line_1') }} as address_line_1,
        {{ clean_text('address_line_2') }} as address_line_2,
        {{ clean_text('district') }} as district,
        {{ clean_text('city') }} as city,
        {{ clean_text('state_province') }} as state_province,
        {{ clean_text('postal_code') }} as postal_code,
        {{ upper_code(clean_text('country_code')) }} as country_code,
        {{ clean_text('address_native') }} as address_native,
        {{ clean_text('home_store_id') }} as home_store_id,
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('client_tier') }} as client_tier,
        {{ read_timestamp('created_at') }} as created_at,
        {{ read_timestamp('updated_at') }} as updated_at,
        {{ read_timestamp('deleted_at') }} as deleted_at,
        {{ unreadable_fields({
            'birth_date': read_birth_date('birth_date', 'updated_at', 'created_at'),
            'created_at': read_timestamp('created_at'), 'updated_at': read_timestamp('updated_at'),
            'deleted_at': read_timestamp('deleted_at'), 'phone': usable_phone('phone'),
        }) }} as unreadable_fields,
        {{ key([
            'source_system', 'customer_id', 'civility', 'first_name', 'last_name',
            'first_name_native', 'last_name_native', 'birth_date', 'gender', 'language',
            'email', 'phone', 'address_line_1', 'address_line_2', 'district', 'city',
            'state_province', 'postal_code', 'country_code', 'address_native', 'home_store_id',
            'advisor_id', 'client_tier', 'created_at', 'updated_at', 'deleted_at',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('crm', 'customers', ['source_system, customer_id', 'email', 'phone'], also=[
        'first_name', 'last_name', 'first_name_native', 'last_name_native', 'birth_date', 'district',
        'address_line_1', 'address_line_2', 'postal_code', 'address_native']) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when source_system is null or customer_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_crm__customers as (

    select
        source_system,
        customer_id,
        civility,
        first_name,
        last_name,
        first_name_native,
        last_name_native,
        {{ name_key('first_name', 'last_name') }} as name_key,
        {{ name_key('first_name_native', 'last_name_native') }} as native_name_key,
        birth_date,
        gender,
        language,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        phone,
        {{ phone_key('phone') }} as phone_key,
        key_name,
        address_line_1,
        address_line_2,
        district,
        city,
        state_province,
        postal_code,
        country_code,
        address_native,
        home_store_id,
        advisor_id,
        client_tier,
        created_at,
        updated_at,
        deleted_at,
        coalesce(
            flaw,
            {{ superseded(['source_system', 'customer_id'], 'updated_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_crm__customers
