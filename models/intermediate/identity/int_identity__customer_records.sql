-- Grain: one client record of a customer with what the house may show of it outside the
-- vault; is_leading marks the one that speaks for the person: not deleted, changed
-- last.
with customers as (

    select
        {{ node_key("'crm_customer'", 'source_system', 'customer_id') }} as node_key,
        source_system,
        customer_id,
        home_store_id,
        advisor_id,
        country_code,
        language,
        client_tier,
        created_at,
        updated_at,
        deleted_at <= {{ as_of() }} as is_deleted
    from {{ ref('stg_crm__customers') }}

),

customer_map as (

    select
        node_key,
        customer_key
    from {{ ref('int_identity__customer_map') }}

),

int_identity__customer_records as (

    select
        customer_map.customer_key,
        customers.source_system,
        customers.customer_id,
        customers.home_store_id,
        customers.advisor_id,
        customers.country_code,
        customers.language,
        customers.client_tier,
        customers.created_at,
        coalesce(customers.is_deleted, false) as is_deleted,
        row_number() over (
            partition by customer_map.customer_key
            order by
                coalesce(customers.is_deleted, false) asc nulls last,
                customers.updated_at desc nulls last,
                customers.source_system asc nulls last,
                customers.customer_id asc nulls last
        ) = 1 as is_leading
    from customers
    inner join customer_map
        on customers.node_key = customer_map.node_key

)

select * from int_identity__customer_records
