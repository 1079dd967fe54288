{{ config(materialized='view') }}
-- Grain: one person of whom any client record says that they are under age: of two
-- records that disagree the younger counts.
with records as (

    select
        source_system,
        customer_id,
        customer_key
    from {{ ref('int_identity__customer_records') }}

),

minors as (

    select
        source_system,
        customer_id
    from {{ ref('stg_crm__minors') }}
    where is_minor

),

int_privacy__minors as (

    select records.customer_key
    from records
    inner join minors
        on records.source_system = minors.source_system
        and records.customer_id = minors.customer_id
    group by records.customer_key

)

select * from int_privacy__minors
