-- Grain: one identifier that goes with too many others, and which measure says so. What
-- stands on that many records is a placeholder, a shop's or an assistant's, however
-- right it looks; one that spreads within a week is set aside before it is understood.
with signals as (

    select *
    from {{ ref('int_identity__signals') }}

),

claims as (

    select
        role,
        left_node_key,
        right_node_key,
        min(first_seen_at) as first_seen_at
    from signals
    where role in ('claim', 'phone_claim') and strength_rank < 3
    group by role, left_node_key, right_node_key

),

claimed as (

    select
        left_node_key as node_key,
        count(*) > case role
            when 'claim' then {{ var('identity_max_crm_records_per_email') }}
            else {{ var('identity_max_crm_records_per_phone') }}
        end as is_on_too_many,
        sum(case
            when first_seen_at > {{ add_seconds(as_of(), -604800) }} then 1 else 0
        end) > {{ var('identity_max_new_records_per_week') }} as is_spreading
    from claims
    group by left_node_key, role

),

addresses as (

    select right_node_key as node_key
    from claims
    where role = 'claim'
    group by right_node_key
    having count(*) > {{ var('identity_max_emails_per_crm_record') }}

),

devices as (

    select node_key
    from {{ ref('int_identity__sign_ins') }}
    group by node_key
    having count(distinct visitor_key) > {{ var('identity_max_devices_per_identifier') }}

),

attached as (

    select
        right_node_key as node_key,
        count(*) as record_count,
        sum(count(*)) over () as total_count
    from signals
    where role = 'attach'
    group by right_node_key

),

int_identity__fan_outs as (

    select node_key, 'too_many_client_records' as reason
    from claimed
    where is_on_too_many
    union all
    select node_key, 'too_many_new_records' as reason
    from claimed
    where is_spreading
    union all
    select node_key, 'too_many_addresses' as reason
    from addresses
    union all
    select node_key, 'too_many_devices' as reason
    from devices
    union all
    select node_key, 'half_of_all_records' as reason
    from attached
    where
        2 * record_count >= total_count
        and record_count >= {{ var('identity_min_records_of_half') }}

)

select * from int_identity__fan_outs
