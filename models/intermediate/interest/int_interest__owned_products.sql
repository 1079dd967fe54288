-- Grain: one product (all its colours and sizes) that a client owns: bought for
-- themselves and not brought back.
with purchased_products as (

    select
        customer_key,
        sku
    from {{ ref('int_activity__purchased_products') }}
    where kept_quantity > 0
        and customer_key is not null

),

products as (

    select
        sku,
        coalesce(product_id, sku) as product_id
    from {{ ref('stg_catalog__products') }}

),

int_interest__owned_products as (

    select
        purchased_products.customer_key,
        products.product_id
    from purchased_products
    inner join products
        on purchased_products.sku = products.sku
    group by purchased_products.customer_key, products.product_id

)

select * from int_interest__owned_products
