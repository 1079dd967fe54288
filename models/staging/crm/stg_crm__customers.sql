-- Grain: one client record of a regional CRM; the rows of base_crm__customers that
-- stand.
with stg_crm__customers as (

    select
        source_system,
        customer_id,
        civility,
        first_name,
        last_name,
        first_name_native,
        last_name_native,
        name_key,
        native_name_key,
        birth_date,
        {{ birth_date_key('birth_date') }} as birth_date_key,
        gender,
        language,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
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
        _file,
        _line
    from {{ ref('base_crm__customers') }}
    where rejected_because is null

)

select * from stg_crm__customers
