-- What seeds key_jurisdictions and transfer_bases say of an origin, worked out here anew,
-- is the key under which its client records, its receipts and its site's visitors are
-- hashed.
with bases as (

    select
        jurisdiction,
        joined_with
    from {{ ref('transfer_bases') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

assigned as (

    select
        listed.origin,
        coalesce(bases.joined_with, listed.jurisdiction) as jurisdiction
    from {{ ref('key_jurisdictions') }} as listed
    left join bases
        on listed.jurisdiction = bases.jurisdiction

),

hashed as (

    select
        source_system as origin,
        cast(null as string) as store_id,
        reconciliation_key as hashed_value
    from {{ ref('stg_crm__customers') }}
    union all
    select
        source_system as origin,
        store_id,
        reconciliation_key as hashed_value
    from {{ ref('stg_pos__transactions') }}
    union all
    select
        property as origin,
        cast(null as string) as store_id,
        identifier_value as hashed_value
    from {{ ref('int_web__reconciliation_keys') }}
    where identifier_type = 'email' and {{ on_any_day('report_date') }}

),

found as (

    select distinct
        origin,
        store_id,
        {{ regexp_extract_group('hashed_value', "'^v[0-9]+_([A-Z]+):[0-9a-f]{64}$'") }}
            as jurisdiction
    from hashed
    where hashed_value is not null

)

select
    found.origin,
    found.store_id,
    found.jurisdiction
from found
left join assigned as of_origin
    on found.origin = of_origin.origin
left join assigned as of_store
    on found.store_id = of_store.origin
left join assigned as of_home
    on of_home.origin = '*'
where
    found.jurisdiction is distinct from coalesce(
        of_origin.jurisdiction, of_store.jurisdiction, of_home.jurisdiction
    )
