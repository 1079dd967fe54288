-- Grain: one installation of the mobile app; the rows of base_app__installs that stand.
with stg_app__installs as (

    select
        app_instance_id,
        platform,
        email,
        email_status,
        reconciliation_key,
        source_system,
        customer_id,
        first_opened_at,
        last_seen_at,
        _file,
        _line
    from {{ ref('base_app__installs') }}
    where rejected_because is null

)

select * from stg_app__installs
