-- Grain: one landed row = one version of a posting of an advisor to a boutique, typed
-- and judged. An advisor who moves has a posting in each boutique; a posting without a
-- first day is valid.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('display_name') }} as display_name,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ local_date(read_timestamp('valid_from'), "'UTC'") }} as valid_from,
        {{ local_date(read_timestamp('valid_to'), "'UTC'") }} as valid_to,
        {{ unreadable_fields({
            'valid_from': local_date(read_timestamp('valid_from'), "'UTC'"),
            'valid_to': local_date(read_timestamp('valid_to'), "'UTC'"),
        }) }} as unreadable_fields,
        {{ key([
            'advisor_id', 'store_id', 'display_name', 'email', 'valid_from',
            'valid_to',
        ]) }} as record_key,
        {{ key_of_row(['store_id']) }} as key_name,
        _file,
        _line
    from {{ source('crm', 'advisors') }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when advisor_id is null or store_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_crm__advisors as (

    select
        advisor_id,
        store_id,
        display_name,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }} as staff_key,
        valid_from,
        valid_to,
        coalesce(
            flaw,
            {{ superseded(['advisor_id', 'store_id', 'valid_from']) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_crm__advisors
