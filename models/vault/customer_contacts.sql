-- Grain: one client record of a regional CRM. The only place outside staging where names
-- and addresses stand in clear: a brief reads it for one client, no mart does. A record
-- deleted in its CRM by as_of is not here.
with crm_customers as (

    select
        source_system,
        customer_id,
        civility,
        first_name,
        last_name,
        first_name_native,
        last_name_native,
        email,
        phone,
        language
    from {{ ref('stg_crm__customers') }}
    where deleted_at is null or deleted_at > {{ as_of() }}

),

customer_contacts as (

    select
        source_system,
        customer_id,
        civility,
        first_name,
        last_name,
        first_name_native,
        last_name_native,
        email,
        phone,
        language
    from crm_customers

)

select * from customer_contacts
