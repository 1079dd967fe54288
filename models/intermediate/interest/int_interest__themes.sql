-- Grain: one client and one of their three strongest themes, a family of pieces in a
-- material. No theme rests on a single look at a single page: it takes two, or a piece
-- wish-listed or put in the basket.
with unowned_scores as (

    select
        customer_key,
        category,
        material,
        collection,
        score,
        day_count,
        last_wish_on,
        last_basket_on,
        last_acted_on
    from {{ ref('int_interest__unowned_scores') }}
    where category is not null

),

by_collection as (

    select
        customer_key,
        category,
        material,
        collection,
        sum(score) as score,
        count(*) as product_count,
        sum(day_count) as look_count,
        sum(case when last_wish_on is not null then 1 else 0 end) as wish_count,
        sum(case when last_basket_on is not null then 1 else 0 end) as basket_count,
        max(last_acted_on) as last_acted_on
    from unowned_scores
    group by customer_key, category, material, collection

),

shared as (

    select
        by_collection.*,
        sum(score) over (partition by customer_key, category, material) as theme_score
    from by_collection

),

themes as (

    select
        customer_key,
        category,
        material,
        sum(score) as score,
        max(case when score * 2 > theme_score then collection end)
            as leading_collection,
        sum(product_count) as product_count,
        sum(wish_count) as wish_count,
        sum(basket_count) as basket_count,
        max(last_acted_on) as last_acted_on
    from shared
    group by customer_key, category, material
    -- Under the table's name: BigQuery reads a bare name in HAVING as the alias above.
    having
        sum(shared.look_count) > 1
        or sum(shared.wish_count) + sum(shared.basket_count) > 0

),

int_interest__themes as (

    select
        customer_key,
        row_number() over (
            partition by customer_key
            order by
                score desc nulls last, last_acted_on desc nulls last,
                category asc nulls last, material asc nulls last
        ) as theme_rank,
        category || coalesce(' in ' || material, '') as theme,
        round(score, 4) as score,
        {{ counted('product_count', 'piece') }} || ' looked at'
        || case
            when wish_count > 0
                then ', ' || cast(wish_count as string) || ' wish-listed'
            else ''
        end
        || case
            when basket_count > 0
                then ', ' || cast(basket_count as string) || ' put in the basket'
            else ''
        end
        || coalesce(', mostly ' || leading_collection, '')
        || ', last ' || {{ days_ago_text('last_acted_on') }} as reason
    from themes
    qualify theme_rank <= 3

)

select * from int_interest__themes
