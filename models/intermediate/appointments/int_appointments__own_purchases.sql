-- Grain: one client of a live appointment who bought something. What they bought
-- themselves, as coarse as an advisor needs it: a count, a date, a band of money, the
-- family they own most of. Gifts count as purchases, but not as what they like.
with clients as (

    select customer_key
    from {{ ref('int_appointments__clients') }}
    where customer_key is not null
    group by customer_key

),

touchpoints as (

    select
        touchpoint_key,
        customer_key,
        occurred_at,
        amount_eur
    from {{ ref('int_activity__touchpoints') }}
    where touchpoint_type in (
        'boutique_purchase', 'online_order', 'web_purchase', 'marketplace_order'
    )

),

purchase_returns as (

    select
        touchpoint_key,
        returned_amount_eur
    from {{ ref('int_activity__purchase_returns') }}

),

top_categories as (

    select
        customer_key,
        category
    from {{ ref('int_appointments__top_categories') }}

),

bands as (

    select
        band,
        {{ to_money('from_eur') }} as from_eur,
        {{ to_money('below_eur') }} as below_eur
    from {{ ref('purchase_bands') }}

),

purchases as (

    select
        clients.customer_key,
        count(*) as purchase_count,
        max(touchpoints.occurred_at) as last_purchase_at,
        sum(touchpoints.amount_eur - case
            when purchase_returns.touchpoint_key is null then 0
            else purchase_returns.returned_amount_eur
        end) as net_amount_eur
    from clients
    inner join touchpoints
        on clients.customer_key = touchpoints.customer_key
    left join purchase_returns
        on touchpoints.touchpoint_key = purchase_returns.touchpoint_key
    group by clients.customer_key

),

int_appointments__own_purchases as (

    select
        purchases.customer_key,
        purchases.purchase_count,
        purchases.last_purchase_at,
        bands.band as net_purchase_band,
        top_categories.category as top_category
    from purchases
    left join bands
        on
            (purchases.net_amount_eur >= bands.from_eur or bands.from_eur is null)
            and (purchases.net_amount_eur < bands.below_eur or bands.below_eur is null)
            and purchases.net_amount_eur is not null
    left join top_categories
        on purchases.customer_key = top_categories.customer_key

)

select * from int_appointments__own_purchases
