-- Grain: one product of a hit with a field nobody could read, or one slot, of a hit or a session
-- part, that should hold the banner's answer or an opt-out signal and holds another word.
{{ config(materialized='view') }}

with products as (

    select
        hit_key,
        report_date,
        unreadable_fields
    from {{ ref('stg_ga360__hit_products') }}
    where unreadable_fields is not null

),

slots as (

    select
        session_part_key,
        hit_key,
        report_date,
        meaning
    from {{ ref('stg_ga360__custom_dimensions') }}
    where
        meaning in ('consent_analytics', 'opt_out_signal')
        and ({{ read_consent('raw_value') }}) is null

),

base_ga360__nested_flaws as (

    select
        hit_key as holder_key,
        report_date,
        'products' as table_name,
        unreadable_fields
    from products
    union all
    select
        coalesce(hit_key, session_part_key) as holder_key,
        report_date,
        'customDimensions' as table_name,
        meaning as unreadable_fields
    from slots

)

select * from base_ga360__nested_flaws
