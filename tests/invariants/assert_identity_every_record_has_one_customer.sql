-- Every client record, membership and order that was known at as_of stands under exactly
-- one customer, and nothing stands there that no source named.
with known as (

    select
        'crm_customer' as identifier_type,
        source_system as identifier_system,
        customer_id as identifier_value
    from {{ ref('stg_crm__customers') }}
    where coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}
    union all
    select
        'loyalty' as identifier_type,
        source_system as identifier_system,
        loyalty_id as identifier_value
    from {{ ref('stg_loyalty__members') }}
    where coalesce(joined_at, {{ as_of() }}) <= {{ as_of() }}
    union all
    select
        'ecommerce_order' as identifier_type,
        source_system as identifier_system,
        order_id as identifier_value
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

),

listed as (

    select
        identifier_type,
        identifier_system,
        identifier_value,
        count(*) as customer_count
    from {{ ref('customer_identifiers') }}
    group by identifier_type, identifier_system, identifier_value

)

select
    known.identifier_type,
    known.identifier_system,
    known.identifier_value,
    listed.customer_count
from known
left join listed
    on known.identifier_type = listed.identifier_type
    and coalesce(known.identifier_system, '') = listed.identifier_system
    and known.identifier_value = listed.identifier_value
where listed.customer_count is distinct from 1
