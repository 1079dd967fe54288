-- Grain: one client who keeps something, with the family of pieces they keep most of.
with purchased_products as (

    select
        customer_key,
        sku,
        kept_quantity
    from {{ ref('int_activity__purchased_products') }}
    where kept_quantity > 0
        and customer_key is not null

),

products as (

    select
        sku,
        category
    from {{ ref('stg_catalog__products') }}
    where category is not null

),

int_appointments__top_categories as (

    select
        purchased_products.customer_key,
        products.category
    from purchased_products
    inner join products
        on purchased_products.sku = products.sku
    group by purchased_products.customer_key, products.category
    qualify row_number() over (
        partition by purchased_products.customer_key
        order by
            sum(purchased_products.kept_quantity) desc nulls last,
            products.category asc nulls last
    ) = 1

)

select * from int_appointments__top_categories
