-- Grain: one contact, with its client if there is one and its amount in EUR. A record that
-- identity placed (order, receipt, app) belongs to whom identity says; else the CRM id on
-- it decides, the loyalty id, the e-mail, the web session. A currency or day without a
-- rate leaves amount_eur NULL: an unknown amount is not zero. An act on a shared device is
-- the signed-in client's only while they are; the visit is theirs from its first page.
-- What is done on a boutique's tablet is done in the boutique.
with contacts as (

    select * from {{ ref('int_activity__contacts') }}

),

customer_map as (

    select
        identifier_type,
        identifier_system,
        identifier_value,
        customer_key
    from {{ ref('int_identity__customer_map') }}

),

session_owners as (

    select
        session_key,
        customer_key,
        owned_from,
        owned_until
    from {{ ref('int_consent__allowed_analytics') }}

),

daily_rates as (

    select
        rate_on,
        currency_code,
        rate_to_eur
    from {{ ref('int_finance__daily_rates') }}

),

touchpoint_types as (

    select
        touchpoint_type,
        channel
    from {{ ref('touchpoint_types') }}

),

int_activity__touchpoints as (

    select
        contacts.touchpoint_key,
        coalesce(
            by_own.customer_key, by_crm.customer_key, by_loyalty.customer_key,
            by_email.customer_key,
            case
                when
                    contacts.touchpoint_type in ('web_visit', 'boutique_tablet_visit')
                    or contacts.occurred_at
                    between session_owners.owned_from and session_owners.owned_until
                    then session_owners.customer_key
            end
        ) as customer_key,
        contacts.occurred_at,
        case when contacts.is_in_boutique then 'boutique' else touchpoint_types.channel end
            as channel,
        contacts.touchpoint_type,
        contacts.source_system,
        contacts.source_id,
        contacts.store_id,
        contacts.amount,
        contacts.currency_code,
        {{ cents('contacts.amount * daily_rates.rate_to_eur') }} as amount_eur,
        contacts.is_provisional,
        contacts.traffic_channel,
        contacts.session_key,
        contacts.original_touchpoint_key
    from contacts
    left join touchpoint_types
        on contacts.touchpoint_type = touchpoint_types.touchpoint_type
    left join customer_map as by_own
        on contacts.own_identifier_type = by_own.identifier_type
        and contacts.own_identifier_system = by_own.identifier_system
        and contacts.own_identifier_value = by_own.identifier_value
    left join customer_map as by_crm
        on by_crm.identifier_type = 'crm_customer'
        and contacts.crm_source_system = by_crm.identifier_system
        and contacts.crm_customer_id = by_crm.identifier_value
    left join customer_map as by_loyalty
        on by_loyalty.identifier_type = 'loyalty'
        and contacts.crm_source_system = by_loyalty.identifier_system
        and contacts.loyalty_id = by_loyalty.identifier_value
    left join customer_map as by_email
        on by_email.identifier_type = 'email'
        and contacts.reconciliation_key = by_email.identifier_value
    left join session_owners
        on contacts.session_key = session_owners.session_key
    left join daily_rates
        on contacts.amount_on = daily_rates.rate_on
        and contacts.currency_code = daily_rates.currency_code

)

select * from int_activity__touchpoints
