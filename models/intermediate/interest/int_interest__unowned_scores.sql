-- Grain: one client and one product of the site that they look at and do not own. A
-- wish that was fulfilled is no wish.
with product_scores as (

    select * from {{ ref('int_interest__product_scores') }}

),

owned_products as (

    select
        customer_key,
        product_id
    from {{ ref('int_interest__owned_products') }}

),

int_interest__unowned_scores as (

    select
        product_scores.customer_key,
        product_scores.site_product_id,
        product_scores.product_id,
        product_scores.category,
        product_scores.material,
        product_scores.collection,
        product_scores.score,
        product_scores.day_count,
        product_scores.view_day_count,
        product_scores.last_wish_on,
        product_scores.last_basket_on,
        product_scores.last_acted_on,
        product_scores.is_provisional
    from product_scores
    left join owned_products
        on product_scores.customer_key = owned_products.customer_key
        and product_scores.product_id = owned_products.product_id
    where owned_products.product_id is null
        and product_scores.score > 0

)

select * from int_interest__unowned_scores
