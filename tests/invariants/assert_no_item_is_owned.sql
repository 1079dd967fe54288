-- No piece is suggested that the client kept from a purchase of their own, in any colour or
-- size. Ownership is counted again from the lines, gifts left out.
with owned as (

    select
        purchases.customer_key,
        products.product_id
    from {{ ref('int_activity__purchased_products') }} as purchases
    inner join {{ ref('stg_catalog__products') }} as products
        on purchases.sku = products.sku
    where purchases.kept_quantity > 0

)

select
    items.appointment_id,
    items.sku
from {{ ref('appointment_profile_items') }} as items
inner join {{ ref('appointment_profiles') }} as profiles
    on items.appointment_id = profiles.appointment_id
inner join {{ ref('stg_catalog__products') }} as products
    on items.sku = products.sku
inner join owned
    on profiles.customer_key = owned.customer_key
    and products.product_id = owned.product_id
