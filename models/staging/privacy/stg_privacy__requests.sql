-- Grain: one request of a person about their data; the rows of base_privacy__requests
-- that stand.
with stg_privacy__requests as (

    select
        request_id,
        kind,
        subject_type,
        subject_id,
        subject_key,
        received_at,
        identity_verified_at,
        status,
        _file,
        _line
    from {{ ref('base_privacy__requests') }}
    where rejected_because is null

)

select * from stg_privacy__requests
