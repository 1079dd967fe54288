{{ config(materialized='view') }}
-- Grain: one record of the house, of a partner or of the web that names someone by up
-- to four identifiers. Only here do the sources meet; from here on nothing knows which
-- system said what, but for signal_kind.
with membership_records as (

    select * from {{ ref('int_identity__membership_records') }}

),

contact_records as (

    select * from {{ ref('int_identity__contact_records') }}

),

web_records as (

    select * from {{ ref('int_identity__web_records') }}

),

int_identity__records as (

    select
        record_type,
        record_system,
        record_id,
        signal_kind,
        crm_system,
        customer_id,
        loyalty_id,
        reconciliation_key,
        phone_key,
        cast(null as string) as buyer_id,
        first_seen_at,
        last_seen_at
    from membership_records
    union all
    select
        record_type,
        record_system,
        record_id,
        signal_kind,
        crm_system,
        customer_id,
        loyalty_id,
        reconciliation_key,
        cast(null as string) as phone_key,
        buyer_id,
        seen_at as first_seen_at,
        seen_at as last_seen_at
    from contact_records
    union all
    select
        'web' as record_type,
        cast(null as string) as record_system,
        cast(null as string) as record_id,
        signal_kind,
        crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as phone_key,
        cast(null as string) as buyer_id,
        first_seen_at,
        last_seen_at
    from web_records

)

select * from int_identity__records
