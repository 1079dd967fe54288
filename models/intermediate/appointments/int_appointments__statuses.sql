-- Grain: one live appointment, with the status of its profile and, when something is
-- withheld, the reason in words. The words are the house's (profile_reasons).
with gates as (

    select * from {{ ref('int_appointments__gates') }}

),

web_interest as (

    select
        appointment_id,
        has_interest
    from {{ ref('int_appointments__web_interest') }}

),

profile_reasons as (

    select
        profile_status,
        unlocks_purchases,
        withheld_because
    from {{ ref('profile_reasons') }}

),

judged as (

    select
        gates.*,
        case
            when gates.gate <> 'open' then gates.gate
            when web_interest.has_interest then 'full'
            else 'no_interest_seen'
        end as profile_status
    from gates
    left join web_interest
        on gates.appointment_id = web_interest.appointment_id

),

int_appointments__statuses as (

    select
        judged.appointment_id,
        judged.customer_key,
        judged.identity_strength,
        judged.identity_basis,
        judged.clienteling_consent,
        judged.consent_effective_at,
        judged.consent_source,
        judged.profile_status,
        profile_reasons.unlocks_purchases,
        nullif(profile_reasons.withheld_because, '') as withheld_because
    from judged
    inner join profile_reasons
        on judged.profile_status = profile_reasons.profile_status

)

select * from int_appointments__statuses
