-- Grain: one shop; the rows of base_catalog__stores that stand.
with stg_catalog__stores as (

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
        _file,
        _line
    from {{ ref('base_catalog__stores') }}
    where rejected_because is null

)

select * from stg_catalog__stores
