-- Grain: one product as the site names it, with what the catalogue says of it and how fast
-- interest in its category fades. A page with several pieces is described by the first.
with site_products as (

    select
        site_product_id,
        sku
    from {{ ref('int_interest__site_products') }}

),

products as (

    select
        sku,
        product_id,
        category,
        material,
        collection
    from {{ ref('stg_catalog__products') }}

),

half_lives as (

    select
        category,
        short_days,
        long_days,
        {{ to_float('short_share') }} as short_share
    from {{ ref('interest_half_lives') }}

),

int_interest__products as (

    select
        site_products.site_product_id,
        coalesce(products.product_id, products.sku) as product_id,
        products.category,
        products.material,
        products.collection,
        cast(coalesce(own_pace.short_days, usual_pace.short_days) as {{ type_float() }})
            as short_days,
        cast(coalesce(own_pace.long_days, usual_pace.long_days) as {{ type_float() }})
            as long_days,
        coalesce(own_pace.short_share, usual_pace.short_share) as short_share
    from site_products
    inner join products
        on site_products.sku = products.sku
    inner join half_lives as usual_pace
        on usual_pace.category = '*'
    left join half_lives as own_pace
        on products.category = own_pace.category
    qualify row_number() over (
        partition by site_products.site_product_id
        order by products.sku asc nulls last
    ) = 1

)

select * from int_interest__products
