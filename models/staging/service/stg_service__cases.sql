-- Grain: one case of client service; the rows of base_service__cases that stand.
with stg_service__cases as (

    select
        case_id,
        source_system,
        customer_id,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
        channel,
        topic,
        sku,
        opened_at,
        closed_at,
        status,
        _file,
        _line
    from {{ ref('base_service__cases') }}
    where rejected_because is null

)

select * from stg_service__cases
