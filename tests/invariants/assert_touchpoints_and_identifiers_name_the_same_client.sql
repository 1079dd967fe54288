-- A receipt, an order, an app is one client's in both marts: customer_identifiers and
-- touchpoints never disagree on whose it is.
select
    touchpoints.touchpoint_key,
    touchpoints.customer_key,
    identifiers.customer_key as identified_as
from {{ ref('touchpoints') }} as touchpoints
inner join {{ ref('customer_identifiers') }} as identifiers
    on touchpoints.source_id = identifiers.identifier_value
where (
    (
        touchpoints.touchpoint_type in ('boutique_purchase', 'boutique_return')
        and identifiers.identifier_type = 'pos_transaction'
    )
    or (
        touchpoints.touchpoint_type = 'online_order'
        and identifiers.identifier_type = 'ecommerce_order'
    )
    or (
        touchpoints.touchpoint_type = 'app_first_open'
        and identifiers.identifier_type = 'app_instance'
    )
)
    and touchpoints.customer_key is distinct from identifiers.customer_key
