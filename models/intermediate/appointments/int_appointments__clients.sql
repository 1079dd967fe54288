-- Grain: one live appointment, with the client it leads to and how sure that is. The
-- first identifier that leads to one client decides: the CRM id (strong), the e-mail
-- given at the booking (medium, or weak if only weak evidence ties it to the client),
-- the telephone (weak: numbers change hands). A number of several clients leads to
-- nobody.
with appointments as (

    select
        appointment_id,
        crm_source_system,
        crm_customer_id,
        reconciliation_key,
        phone_key
    from {{ ref('int_appointments__current') }}
    where is_live

),

customer_map as (

    select
        identifier_type,
        identifier_system,
        identifier_value,
        customer_key,
        link_strength
    from {{ ref('int_identity__customer_map') }}

),

int_appointments__clients as (

    select
        appointments.appointment_id,
        coalesce(
            by_crm.customer_key, by_email.customer_key, by_phone.customer_key
        ) as customer_key,
        case
            when by_crm.customer_key is not null then 'strong'
            when by_email.link_strength = 'weak' then 'weak'
            when by_email.customer_key is not null then 'medium'
            when by_phone.customer_key is not null then 'weak'
            else 'none'
        end as identity_strength,
        case
            when by_crm.customer_key is not null then 'crm_customer'
            when by_email.customer_key is not null then 'email'
            when by_phone.customer_key is not null then 'phone'
            when coalesce(
                appointments.crm_customer_id,
                appointments.reconciliation_key,
                appointments.phone_key
            ) is null then 'no_identifier'
            else 'no_single_client'
        end as identity_basis
    from appointments
    left join customer_map as by_crm
        on
            by_crm.identifier_type = 'crm_customer'
            and appointments.crm_source_system = by_crm.identifier_system
            and appointments.crm_customer_id = by_crm.identifier_value
    left join customer_map as by_email
        on
            by_email.identifier_type = 'email'
            and appointments.reconciliation_key = by_email.identifier_value
    left join customer_map as by_phone
        on
            by_phone.identifier_type = 'phone'
            and appointments.phone_key = by_phone.identifier_value

)

select * from int_appointments__clients
