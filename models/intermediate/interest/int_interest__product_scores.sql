-- Grain: one client and one product of the site that the catalogue knows. Each day
-- fades with two speeds, a short and a long half-life of the product's category,
-- because a passing look and a lasting wish age differently. Days are added as exact
-- decimals: the order of the rows must not move a score.
with product_days as (

    select
        customer_key,
        site_product_id,
        acted_on,
        day_points,
        has_view,
        has_wish,
        has_basket,
        is_provisional
    from {{ ref('int_interest__product_days') }}

),

described as (

    select
        site_product_id,
        product_id,
        category,
        material,
        collection,
        short_days,
        long_days,
        short_share
    from {{ ref('int_interest__products') }}

),

aged as (

    select
        customer_key,
        site_product_id,
        acted_on,
        day_points,
        has_view,
        has_wish,
        has_basket,
        is_provisional,
        cast({{ days_ago('acted_on') }} as {{ type_float() }}) as age_days
    from product_days

),

faded as (

    select
        aged.customer_key,
        aged.site_product_id,
        aged.acted_on,
        aged.has_view,
        aged.has_wish,
        aged.has_basket,
        aged.is_provisional,
        described.product_id,
        described.category,
        described.material,
        described.collection,
        cast(round(aged.day_points * (
            described.short_share * power(2, -aged.age_days / described.short_days)
            + (1 - described.short_share)
            * power(2, -aged.age_days / described.long_days)
        ), 9) as {{ type_money() }}) as score
    from aged
    inner join described
        on aged.site_product_id = described.site_product_id

),

int_interest__product_scores as (

    select
        customer_key,
        site_product_id,
        product_id,
        category,
        material,
        collection,
        sum(score) as score,
        count(*) as day_count,
        sum(case when has_view then 1 else 0 end) as view_day_count,
        max(case when has_wish then acted_on end) as last_wish_on,
        max(case when has_basket then acted_on end) as last_basket_on,
        max(acted_on) as last_acted_on,
        {{ any_true('is_provisional') }} as is_provisional
    from faded
    group by customer_key, site_product_id, product_id, category, material, collection

)

select * from int_interest__product_scores
