-- Grain: one landed row = one version of a stay of a tablet or kiosk in a shop, typed
-- and judged. A device without a first or last day counts as always there: a tablet too
-- many links nobody, one too few joins strangers.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('property') }} as property,
        {{ clean_text('client_id') }} as client_id,
        {{ read_date('installed_on') }} as installed_on,
        {{ read_date('removed_on') }} as removed_on,
        {{ unreadable_fields({
            'installed_on': read_date('installed_on'),
            'removed_on': read_date('removed_on'),
        }) }} as unreadable_fields,
        {{ key([
            'store_id', 'property', 'client_id', 'installed_on', 'removed_on',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('catalog', 'store_devices') }}

),

judged as (

    select
        typed.*,
        case
            when property is null or client_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_catalog__store_devices as (

    select
        store_id,
        property,
        client_id,
        installed_on,
        removed_on,
        coalesce(
            flaw,
            {{ superseded(
                ['property', 'client_id', 'store_id', 'installed_on'],
                'removed_on',
            ) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_catalog__store_devices
