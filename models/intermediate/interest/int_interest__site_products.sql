-- Grain: one piece (sku) that a product id of the site may mean. A site that sells by
-- piece names the sku; one that sells by page names the page, which stands for all its
-- colours and sizes. A sku's own name wins over a page's.
with products as (

    select
        sku,
        web_item_id
    from {{ ref('stg_catalog__products') }}

),

named as (

    select sku as site_product_id, sku, 1 as preference
    from products

    union all

    select web_item_id as site_product_id, sku, 2 as preference
    from products
    where web_item_id is not null
        and web_item_id <> sku

),

int_interest__site_products as (

    select
        site_product_id,
        sku
    from named
    qualify preference = min(preference) over (partition by site_product_id)

)

select * from int_interest__site_products
