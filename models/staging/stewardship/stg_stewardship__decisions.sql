-- Grain: one steward's verdict on two client records; the rows of
-- base_stewardship__decisions that stand.
with stg_stewardship__decisions as (

    select
        decision_id,
        left_source_system,
        left_customer_id,
        right_source_system,
        right_customer_id,
        decision,
        reason,
        decided_by,
        decided_at,
        _file,
        _line
    from {{ ref('base_stewardship__decisions') }}
    where rejected_because is null

)

select * from stg_stewardship__decisions
