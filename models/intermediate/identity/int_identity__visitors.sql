-- Grain: one device (cookie) in a property. A device that stood in a boutique on any
-- day of its life is the boutique's, on all of them: its cookie was never one client's.
-- A device most of whose visits are a machine's (a robot, a test) is a machine.
with session_parts as (

    select
        visitor_key,
        source_system,
        property,
        visitor_id,
        client_id,
        report_date,
        started_at,
        ended_at,
        is_excluded
    from {{ ref('int_web__session_parts') }}
    where arrived_at <= {{ as_of() }}

),

store_devices as (

    select
        property,
        client_id,
        min(installed_on) as installed_on,
        max(coalesce(removed_on, date '9999-12-31')) as removed_on
    from {{ ref('stg_catalog__store_devices') }}
    group by property, client_id

),

visitors as (

    select
        visitor_key,
        min(source_system) as source_system,
        min(property) as property,
        min(visitor_id) as visitor_id,
        min(client_id) as client_id,
        min(report_date) as first_seen_on,
        max(report_date) as last_seen_on,
        min(started_at) as first_seen_at,
        max(ended_at) as last_seen_at,
        2 * sum(case when is_excluded then 1 else 0 end) >= count(*) as is_machine
    from session_parts
    group by visitor_key

),

int_identity__visitors as (

    select
        visitors.visitor_key,
        visitors.source_system,
        visitors.property,
        visitors.visitor_id,
        visitors.client_id,
        visitors.first_seen_at,
        visitors.last_seen_at,
        coalesce(
            visitors.last_seen_on >= coalesce(
                store_devices.installed_on, date '0001-01-01'
            )
            and visitors.first_seen_on < store_devices.removed_on,
            false
        ) as is_store_device,
        visitors.is_machine
    from visitors
    left join store_devices
        on visitors.property = store_devices.property
        and visitors.client_id = store_devices.client_id

)

select * from int_identity__visitors
