{{ config(materialized='view') }}
-- Grain: one name by which the house may know who asks a request: what the request says,
-- and an address or number also under every other key.
with requests as (

    select
        request_id,
        case subject_type when 'email_sha256' then 'email' else subject_type end
            as identifier_type,
        subject_key
    from {{ ref('stg_privacy__requests') }}

),

privacy_request_subjects as (

    select
        request_id,
        identifier_type,
        subject_key
    from requests
    union distinct
    select
        requests.request_id,
        requests.identifier_type,
        aliases.other_value as subject_key
    from requests
    inner join {{ ref('key_aliases') }} as aliases
        on requests.identifier_type = aliases.identifier_type
        and requests.subject_key = aliases.identifier_value

)

select * from privacy_request_subjects
