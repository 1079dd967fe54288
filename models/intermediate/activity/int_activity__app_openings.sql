{{ config(materialized='view') }}
-- Grain: one installation of the mobile app, at its first opening.
with installs as (

    select
        app_instance_id,
        source_system,
        customer_id,
        reconciliation_key,
        first_opened_at
    from {{ ref('stg_app__installs') }}
    where first_opened_at <= {{ as_of() }}

),

int_activity__app_openings as (

    select
        {{ key(["'app'", 'app_instance_id']) }} as touchpoint_key,
        'app_first_open' as touchpoint_type,
        'app' as source_system,
        app_instance_id as source_id,
        first_opened_at as occurred_at,
        source_system as crm_source_system,
        customer_id as crm_customer_id,
        reconciliation_key,
        'app_instance' as own_identifier_type,
        'app' as own_identifier_system,
        app_instance_id as own_identifier_value
    from installs

)

select * from int_activity__app_openings
