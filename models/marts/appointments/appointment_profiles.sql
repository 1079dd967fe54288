-- Grain: one live appointment at as_of. What may be shown is decided once, in
-- int_appointments__gates; a figure that is withheld is NULL, and withheld_because says
-- why in words.
with appointments as (

    select
        appointment_id,
        store_id,
        starts_at,
        status,
        motive,
        party_size,
        language,
        booked_via,
        advisor_id,
        timezone
    from {{ ref('int_appointments__current') }}
    where is_live

),

statuses as (

    select * from {{ ref('int_appointments__statuses') }}

),

own_purchases as (

    select * from {{ ref('int_appointments__own_purchases') }}

),

web_interest as (

    select * from {{ ref('int_appointments__web_interest') }}

),

freshness as (

    select data_as_of from {{ ref('int_appointments__freshness') }}

),

appointment_profiles as (

    select
        appointments.appointment_id,
        appointments.store_id,
        appointments.starts_at,
        appointments.status,
        statuses.customer_key,
        statuses.identity_strength,
        statuses.identity_basis,
        statuses.clienteling_consent,
        statuses.consent_effective_at,
        statuses.consent_source,
        statuses.profile_status,
        statuses.withheld_because,
        appointments.advisor_id,
        appointments.motive,
        appointments.party_size,
        appointments.language,
        appointments.booked_via,
        appointments.timezone,
        case
            when statuses.unlocks_purchases
                then coalesce(own_purchases.purchase_count, 0)
        end as purchase_count,
        own_purchases.last_purchase_at,
        case
            when statuses.unlocks_purchases and own_purchases.customer_key is null then 'none'
            else own_purchases.net_purchase_band
        end as net_purchase_band,
        own_purchases.top_category,
        web_interest.theme_1,
        web_interest.theme_1_reason,
        web_interest.theme_2,
        web_interest.theme_2_reason,
        web_interest.theme_3,
        web_interest.theme_3_reason,
        coalesce(web_interest.item_count, 0) as item_count,
        web_interest.last_web_visit_at,
        web_interest.web_visit_count_90d,
        freshness.data_as_of,
        coalesce(web_interest.is_provisional, false) as is_provisional
    from appointments
    inner join statuses
        on appointments.appointment_id = statuses.appointment_id
    left join own_purchases
        on statuses.customer_key = own_purchases.customer_key
        and statuses.unlocks_purchases
    left join web_interest
        on appointments.appointment_id = web_interest.appointment_id
    cross join freshness

)

select * from appointment_profiles
