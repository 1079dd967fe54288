-- Grain: one client system. The web shop that sells for it: where several do, the first
-- by name, so that the day of an order never depends on which of them was seen by
-- analytics.
with web_properties as (

    select
        crm_source_system,
        property,
        timezone,
        online_store_id
    from {{ ref('web_properties') }}
    where crm_source_system is not null

),

int_activity__shops as (

    select
        crm_source_system,
        timezone,
        online_store_id
    from web_properties
    qualify row_number() over (
        partition by crm_source_system
        order by property asc nulls last
    ) = 1

)

select * from int_activity__shops
