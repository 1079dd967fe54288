-- Grain: one person whom some identifier names: a client of a CRM, but also a guest who
-- ordered once or an address that only reads the newsletter (is_client tells them
-- apart). Nothing here names the person in clear.
with identifiers as (

    select
        customer_key,
        identifier_type,
        first_seen_at,
        last_seen_at
    from {{ ref('customer_identifiers') }}

),

leading_records as (

    select
        customer_key,
        home_store_id,
        advisor_id,
        country_code,
        language,
        client_tier
    from {{ ref('int_identity__customer_records') }}
    where is_leading

),

counted as (

    select
        customer_key,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(case when identifier_type = 'crm_customer' then 1 end)
            as crm_record_count,
        count(case when identifier_type = 'loyalty' then 1 end)
            as loyalty_count,
        count(case when identifier_type = 'email' then 1 end) as email_count,
        count(case when identifier_type = 'phone' then 1 end) as phone_count,
        count(case when identifier_type = 'web_visitor' then 1 end)
            as device_count,
        count(case when identifier_type = 'app_instance' then 1 end)
            as app_count,
        count(case
            when identifier_type in (
                'ecommerce_order', 'pos_transaction', 'marketplace_order'
            ) then 1
        end) as purchase_record_count
    from identifiers
    group by customer_key

),

customers as (

    select
        counted.customer_key,
        leading_records.home_store_id,
        leading_records.advisor_id,
        leading_records.country_code,
        leading_records.language,
        leading_records.client_tier,
        counted.crm_record_count,
        counted.loyalty_count,
        counted.email_count,
        counted.phone_count,
        counted.device_count,
        counted.app_count,
        counted.purchase_record_count,
        counted.crm_record_count + counted.loyalty_count
        + counted.purchase_record_count > 0 as is_client,
        counted.first_seen_at,
        counted.last_seen_at
    from counted
    left join leading_records
        on counted.customer_key = leading_records.customer_key

)

select * from customers
