-- Grain: one landed row = one version of a shop, typed and judged. The online shop is a
-- store too; a time zone that IANA does not know is NULL, since it would stop every
-- query on local time.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('store_name') }} as store_name,
        {{ known_value('store_type', [
            'boutique', 'outlet', 'corner', 'online'
        ]) }} as store_type,
        {{ clean_text('city') }} as city,
        {{ upper_code(clean_text('country_code')) }} as country_code,
        {{ known_time_zone('timezone') }} as timezone,
        {{ clean_text('region') }} as region,
        {{ read_date('opened_on') }} as opened_on,
        {{ read_date('closed_on') }} as closed_on,
        {{ unreadable_fields({
            'store_type': known_value('store_type', [
                'boutique', 'outlet', 'corner', 'online',
            ]),
            'timezone': known_time_zone('timezone'),
            'opened_on': read_date('opened_on'),
            'closed_on': read_date('closed_on'),
        }) }} as unreadable_fields,
        {{ key([
            'store_id', 'store_name', 'store_type', 'city', 'country_code',
            'timezone', 'region', 'opened_on', 'closed_on',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('catalog', 'stores') }}

),

judged as (

    select
        typed.*,
        case
            when store_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_catalog__stores as (

    select
        store_id,
        store_name,
        store_type,
        city,
        country_code,
        timezone,
        region,
        opened_on,
        closed_on,
        coalesce(flaw, {{ superseded(['store_id']) }}) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_catalog__stores
