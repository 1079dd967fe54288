-- An address or number that several people use stands under no customer.
select
    customer_identifiers.customer_key,
    customer_identifiers.identifier_type,
    shared_identifiers.reason
from {{ ref('customer_identifiers') }} as customer_identifiers
inner join {{ ref('int_identity__shared_identifiers') }} as shared_identifiers
    on customer_identifiers.identifier_type = shared_identifiers.identifier_type
    and customer_identifiers.identifier_value = shared_identifiers.identifier_value
where shared_identifiers.identifier_type in ('email', 'phone')
