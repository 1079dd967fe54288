-- Grain: one client record, with what tells two people apart who share an address. A
-- birth date on 1 January can contradict but not agree: it is what tills and forms fill
-- in for people whose year alone they know, or not even that. Ids that only other
-- systems mention have no row here: nothing is known of them.
with customers as (

    select
        source_system,
        customer_id,
        name_key,
        native_name_key,
        birth_date,
        birth_date_key
    from {{ ref('stg_crm__customers') }}
    where coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}

),

int_identity__crm_evidence as (

    select
        {{ node_key("'crm_customer'", 'source_system', 'customer_id') }} as node_key,
        name_key,
        native_name_key,
        birth_date_key,
        extract(month from birth_date) = 1 and extract(day from birth_date) = 1
            as is_filled_in
    from customers

)

select * from int_identity__crm_evidence
