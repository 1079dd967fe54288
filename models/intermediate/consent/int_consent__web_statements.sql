-- Grain: one answer of a device to a site's banner, or its opt-out signal, for one
-- purpose; sessions that repeat the answer before add none. A yes to advertising
-- cookies is no consent to hand over contacts, so it grants nothing. A boutique's tablet
-- speaks for nobody.
with sessions as (

    select
        session_key,
        visitor_key,
        property,
        visitor_id,
        started_at,
        arrived_at,
        consent_analytics,
        has_denied_ads,
        has_opt_out_signal
    from {{ ref('int_web__sessions') }}

),

store_devices as (

    select visitor_key
    from {{ ref('int_identity__visitors') }}
    where is_store_device

),

answers as (

    select
        sessions.*,
        'analytics' as purpose,
        case consent_analytics when 'denied' then 'refused' else 'granted' end as status
    from sessions
    where consent_analytics <> 'unknown'
    union all
    select
        sessions.*,
        'ad_sharing' as purpose,
        'refused' as status
    from sessions
    where has_denied_ads or has_opt_out_signal

),

changes as (

    select answers.*
    from answers
    left join store_devices
        on answers.visitor_key = store_devices.visitor_key
    where store_devices.visitor_key is null
    qualify lag(answers.status) over (
        partition by answers.visitor_key, answers.purpose
        order by answers.started_at asc nulls last, answers.session_key asc nulls last
    ) is distinct from answers.status

),

web_properties as (

    select
        property,
        country_code
    from {{ ref('web_properties') }}

),

int_consent__web_statements as (

    select
        changes.session_key,
        changes.visitor_key,
        changes.property,
        changes.visitor_id,
        changes.purpose,
        changes.status,
        changes.started_at as occurred_at,
        changes.arrived_at as received_at,
        web_properties.country_code
    from changes
    left join web_properties
        on changes.property = web_properties.property

)

select * from int_consent__web_statements
