{{ config(materialized='view') }}
-- Grain: one end of a service case: its opening, and its closing if that was known at
-- as_of.
with cases as (

    select
        case_id,
        source_system,
        customer_id,
        reconciliation_key,
        opened_at,
        closed_at
    from {{ ref('stg_service__cases') }}

),

ends as (

    select
        'service_case_opened' as touchpoint_type,
        case_id,
        source_system,
        customer_id,
        reconciliation_key,
        opened_at as occurred_at
    from cases

    union all

    select
        'service_case_closed' as touchpoint_type,
        case_id,
        source_system,
        customer_id,
        reconciliation_key,
        closed_at as occurred_at
    from cases

),

int_activity__service_contacts as (

    select
        {{ key(['touchpoint_type', 'case_id']) }} as touchpoint_key,
        touchpoint_type,
        'service' as source_system,
        case_id as source_id,
        occurred_at,
        source_system as crm_source_system,
        customer_id as crm_customer_id,
        reconciliation_key
    from ends
    where occurred_at <= {{ as_of() }}

)

select * from int_activity__service_contacts
