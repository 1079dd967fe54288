-- Grain: one channel, country and week (from Monday, UTC), with how many contacts came
-- and how many of them a person is known for. The country is that of the boutique or of
-- the web property; contacts that have neither (an app, a newsletter, a marketplace)
-- stand under NULL, not under their person's country: unknown people have none.
with touchpoints as (

    select
        channel,
        store_id,
        session_key,
        customer_key,
        cast(occurred_at as date) as occurred_on
    from {{ ref('int_activity__touchpoints') }}

),

stores as (

    select
        store_id,
        country_code
    from {{ ref('stg_catalog__stores') }}

),

sessions as (

    select
        session_key,
        property
    from {{ ref('int_web__sessions') }}

),

web_properties as (

    select
        property,
        country_code
    from {{ ref('web_properties') }}

),

int_identity__weekly_contacts as (

    select
        touchpoints.channel,
        coalesce(stores.country_code, web_properties.country_code) as country_code,
        {{ week_start('touchpoints.occurred_on') }} as week_starts_on,
        count(*) as contact_count,
        count(touchpoints.customer_key) as known_contact_count
    from touchpoints
    left join stores
        on touchpoints.store_id = stores.store_id
    left join sessions
        on touchpoints.session_key = sessions.session_key
    left join web_properties
        on sessions.property = web_properties.property
    group by 1, 2, 3

)

select * from int_identity__weekly_contacts
