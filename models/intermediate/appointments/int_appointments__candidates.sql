-- Grain: one piece (sku) that could be laid out at one appointment for one product of the
-- site the client looked at. Pieces the catalogue gave up are not offered.
with appointments as (

    select
        appointment_id,
        store_id
    from {{ ref('int_appointments__current') }}
    where is_live

),

gates as (

    select
        appointment_id,
        customer_key
    from {{ ref('int_appointments__gates') }}
    where gate = 'open'

),

scores as (

    select * from {{ ref('int_interest__unowned_scores') }}

),

site_products as (

    select
        site_product_id,
        sku
    from {{ ref('int_interest__site_products') }}

),

products as (

    select
        sku,
        product_name,
        material,
        colour,
        size
    from {{ ref('stg_catalog__products') }}
    where coalesce(discontinued_on > {{ local_date(as_of(), "'UTC'") }}, true)

),

stock as (

    select
        store_id,
        sku
    from {{ ref('int_appointments__stock') }}
    where on_hand_quantity > 0

),

int_appointments__candidates as (

    select
        appointments.appointment_id,
        scores.site_product_id,
        products.sku,
        products.product_name,
        products.material,
        products.colour,
        products.size,
        scores.score,
        scores.view_day_count,
        scores.last_wish_on,
        scores.last_basket_on,
        scores.last_acted_on,
        stock.sku is not null as is_available_in_store
    from appointments
    inner join gates
        on appointments.appointment_id = gates.appointment_id
    inner join scores
        on gates.customer_key = scores.customer_key
    inner join site_products
        on scores.site_product_id = site_products.site_product_id
    inner join products
        on site_products.sku = products.sku
    left join stock
        on appointments.store_id = stock.store_id
        and products.sku = stock.sku

)

select * from int_appointments__candidates
