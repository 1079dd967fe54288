-- Grain: one posting of an advisor to a boutique; the rows of base_crm__advisors that
-- stand.
with stg_crm__advisors as (

    select
        advisor_id,
        store_id,
        display_name,
        email,
        email_status,
        reconciliation_key,
        staff_key,
        valid_from,
        valid_to,
        _file,
        _line
    from {{ ref('base_crm__advisors') }}
    where rejected_because is null

)

select * from stg_crm__advisors
