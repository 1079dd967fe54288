-- Grain: one stock keeping unit; the rows of base_catalog__products that stand.
with stg_catalog__products as (

    select
        sku,
        product_id,
        product_name,
        category,
        subcategory,
        collection,
        material,
        colour,
        size,
        gender,
        list_price,
        currency_code,
        launched_on,
        discontinued_on,
        web_item_id,
        _file,
        _line
    from {{ ref('base_catalog__products') }}
    where rejected_because is null

)

select * from stg_catalog__products
