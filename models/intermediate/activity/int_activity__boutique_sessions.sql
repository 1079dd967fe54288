{{ config(materialized='view') }}
-- Grain: one session on a device that is a boutique's, with the boutique where the device
-- stood that day; NULL on days on which the catalogue places it nowhere. Of two stays that
-- overlap the later one counts.
with devices as (

    select
        visitor_key,
        property,
        client_id
    from {{ ref('int_identity__visitors') }}
    where is_store_device

),

sessions as (

    select
        sessions.session_key,
        sessions.report_date,
        devices.property,
        devices.client_id
    from {{ ref('int_web__sessions') }} as sessions
    inner join devices
        on sessions.visitor_key = devices.visitor_key

),

stays as (

    select
        store_id,
        property,
        client_id,
        installed_on,
        removed_on
    from {{ ref('stg_catalog__store_devices') }}

),

int_activity__boutique_sessions as (

    select
        sessions.session_key,
        stays.store_id
    from sessions
    left join stays
        on sessions.property = stays.property
        and sessions.client_id = stays.client_id
        and sessions.report_date >= coalesce(stays.installed_on, date '0001-01-01')
        and sessions.report_date < coalesce(stays.removed_on, date '9999-12-31')
    qualify row_number() over (
        partition by sessions.session_key
        order by
            stays.installed_on desc nulls last,
            stays.store_id asc nulls last
    ) = 1

)

select * from int_activity__boutique_sessions
