-- Data of two jurisdictions without a transfer basis have two keys, and no person's
-- addresses and numbers are hashed under both.
with hashed as (

    select
        customer_key,
        {{ regexp_extract_group('identifier_value', "'^(v[0-9]+_[A-Z]+):'") }} as key_name
    from {{ ref('customer_identifiers') }}
    where identifier_type in ('email', 'phone')

)

select
    customer_key,
    count(distinct key_name) as key_count
from hashed
group by customer_key
having count(distinct key_name) > 1 or count(*) > count(key_name)
