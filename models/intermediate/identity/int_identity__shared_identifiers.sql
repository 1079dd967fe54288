-- Grain: one identifier that links nobody, with the reason. It keeps its place in the
-- sources; it is listed under no client, and a session that knows nothing else is
-- nobody's.
with email_claims as (

    select
        email_node_key,
        is_named,
        is_upheld,
        record_count
    from {{ ref('int_identity__email_claims') }}

),

phone_claims as (

    select
        left_node_key as phone_node_key,
        count(distinct right_node_key) as record_count
    from {{ ref('int_identity__signals') }}
    where role = 'phone_claim'
    group by left_node_key

),

crm_claims as (

    select
        right_node_key as crm_node_key,
        count(distinct left_node_key) as email_count
    from {{ ref('int_identity__signals') }}
    where role = 'claim' and strength_rank < 3
    group by right_node_key

),

devices as (

    select
        node_key,
        count(distinct visitor_key) as device_count
    from {{ ref('int_identity__sign_ins') }}
    group by node_key

),

staff_emails as (

    select {{ node_key("'email'", "''", 'staff_key') }} as node_key
    from {{ ref('stg_crm__advisors') }}
    where staff_key is not null
    group by staff_key

),

emails as (

    select
        email_node_key as node_key,
        sum(case when is_named and is_upheld then 1 else 0 end) as person_count,
        sum(record_count) as record_count
    from email_claims
    group by email_node_key

),

reasons as (

    select node_key, 'staff' as reason
    from staff_emails
    union all
    select node_key, 'too_many_client_records' as reason
    from emails
    where record_count > {{ var('identity_max_crm_records_per_email') }}
    union all
    select node_key, 'several_people' as reason
    from emails
    where person_count > 1
    union all
    select phone_node_key as node_key, 'too_many_client_records' as reason
    from phone_claims
    where record_count > {{ var('identity_max_crm_records_per_phone') }}
    union all
    select crm_node_key as node_key, 'too_many_addresses' as reason
    from crm_claims
    where email_count > {{ var('identity_max_emails_per_crm_record') }}
    union all
    select node_key, 'too_many_devices' as reason
    from devices
    where device_count > {{ var('identity_max_devices_per_identifier') }}

),

int_identity__shared_identifiers as (

    select
        nodes.node_key,
        nodes.identifier_type,
        nodes.identifier_system,
        nodes.identifier_value,
        min(reasons.reason) as reason,
        string_agg(reasons.reason, ', ' order by reasons.reason) as reasons
    from reasons
    inner join {{ ref('int_identity__nodes') }} as nodes
        on reasons.node_key = nodes.node_key
    group by
        nodes.node_key,
        nodes.identifier_type,
        nodes.identifier_system,
        nodes.identifier_value

)

select * from int_identity__shared_identifiers
