-- Grain: one live appointment, and what its profile may hold. Identity is asked first,
-- age second, consent third: the weakest evidence decides, no yes opens the profile of a
-- minor, and silence about consent closes the gate like a refusal.
with clients as (

    select
        appointment_id,
        customer_key,
        identity_strength,
        identity_basis
    from {{ ref('int_appointments__clients') }}

),

consent as (

    select
        customer_key,
        clienteling_consent,
        consent_effective_at,
        consent_source
    from {{ ref('int_appointments__consent') }}

),

minors as (

    select customer_key
    from {{ ref('int_privacy__minors') }}

),

int_appointments__gates as (

    select
        clients.appointment_id,
        clients.customer_key,
        clients.identity_strength,
        clients.identity_basis,
        coalesce(consent.clienteling_consent, 'unknown') as clienteling_consent,
        consent.consent_effective_at,
        consent.consent_source,
        case
            when clients.customer_key is null then 'unknown_client'
            when minors.customer_key is not null then 'minor'
            when clients.identity_strength not in ('strong', 'medium')
                then 'weak_identity'
            when consent.clienteling_consent = 'refused' then 'consent_refused'
            when coalesce(consent.clienteling_consent, 'unknown') <> 'granted'
                then 'consent_unknown'
            else 'open'
        end as gate
    from clients
    left join consent
        on clients.customer_key = consent.customer_key
    left join minors
        on clients.customer_key = minors.customer_key

)

select * from int_appointments__gates
