-- No device that stood in a boutique, or on which two people were proven to be, is listed
-- under a customer; and every device with one person and nothing against it is.
with device_owners as (

    select
        visitor_key,
        property,
        visitor_id,
        verdict
    from {{ ref('int_identity__device_owners') }}

),

listed as (

    select
        identifier_system,
        identifier_value,
        customer_key
    from {{ ref('customer_identifiers') }}
    where identifier_type = 'web_visitor'

)

select
    device_owners.visitor_key,
    device_owners.verdict,
    listed.customer_key
from device_owners
full outer join listed
    on device_owners.property = listed.identifier_system
    and device_owners.visitor_id = listed.identifier_value
where (device_owners.verdict = 'owned') is distinct from (listed.customer_key is not null)
