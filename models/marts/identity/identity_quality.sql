{{ config(cluster_by=['measure']) }}
-- Grain: one measure of how well people are recognised, and one value of what it is
-- broken down by. In each row a count and the total it is a share of.
with contacts as (

    select
        'contacts_with_a_known_person' as measure,
        channel,
        country_code,
        week_starts_on,
        cast(null as string) as bucket,
        known_contact_count as found_count,
        contact_count as total_count
    from {{ ref('int_identity__weekly_contacts') }}

),

people_per_device as (

    select
        'people_per_device' as measure,
        cast(person_count as string) as bucket,
        count(*) as found_count,
        sum(count(*)) over () as total_count
    from {{ ref('int_identity__device_owners') }}
    group by person_count

),

devices_per_person as (

    select
        'devices_per_person' as measure,
        cast(device_count as string) as bucket,
        count(*) as found_count,
        sum(count(*)) over () as total_count
    from {{ ref('customers') }}
    group by device_count

),

links_by_kind as (

    select
        'links_by_kind' as measure,
        linked_by || ' (' || link_strength || ')' as bucket,
        count(*) as found_count,
        sum(count(*)) over () as total_count
    from {{ ref('customer_evidence') }}
    where is_joining
    group by linked_by, link_strength

),

churn_of_keys as (

    select
        'churn_of_keys' as measure,
        cast(null as string) as channel,
        cast(null as string) as country_code,
        {{ week_start('cast(changed_at as date)') }} as week_starts_on,
        change as bucket,
        count(*) as found_count,
        (select count(*) from {{ ref('customers') }}) as total_count
    from {{ ref('customer_key_changes') }}
    group by {{ week_start('cast(changed_at as date)') }}, change

),

without_places as (

    select * from people_per_device
    union all
    select * from devices_per_person
    union all
    select * from links_by_kind

),

measured as (

    select * from contacts
    union all
    select * from churn_of_keys
    union all
    select
        measure,
        cast(null as string) as channel,
        cast(null as string) as country_code,
        cast(null as date) as week_starts_on,
        bucket,
        found_count,
        total_count
    from without_places

),

identity_quality as (

    select
        measure,
        channel,
        country_code,
        week_starts_on,
        bucket,
        cast(found_count as int64) as found_count,
        cast(total_count as int64) as total_count,
        {{ safe_divide('found_count', 'total_count') }} as found_ratio
    from measured

)

select * from identity_quality
