-- Grain: one loyalty card; the rows of base_loyalty__members that stand.
with stg_loyalty__members as (

    select
        loyalty_id,
        source_system,
        customer_id,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
        tier,
        joined_at,
        points,
        _file,
        _line
    from {{ ref('base_loyalty__members') }}
    where rejected_because is null

)

select * from stg_loyalty__members
