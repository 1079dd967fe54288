-- Grain: one client, one product of the site, one day. A day's acts are weighed and
-- damped by the logarithm, so that a page reloaded ten times is not ten wishes; what
-- was taken out of the basket again takes away.
with signals as (

    select
        customer_key,
        site_product_id,
        acted_on,
        action,
        signal_count,
        is_provisional
    from {{ ref('int_interest__signals') }}

),

weights as (

    select
        action,
        {{ to_money('weight') }} as weight,
        daily_cap
    from {{ ref('interest_weights') }}

),

weighed as (

    select
        signals.customer_key,
        signals.site_product_id,
        signals.acted_on,
        sum(weights.weight * case
            when signals.signal_count > weights.daily_cap then weights.daily_cap
            else signals.signal_count
        end) as points,
        {{ any_true("signals.action = 'detail'") }} as has_view,
        {{ any_true("signals.action = 'wish_list'") }} as has_wish,
        {{ any_true("signals.action = 'add'") }} as has_basket,
        {{ any_true('signals.is_provisional') }} as is_provisional
    from signals
    inner join weights
        on signals.action = weights.action
    group by signals.customer_key, signals.site_product_id, signals.acted_on

),

int_interest__product_days as (

    select
        customer_key,
        site_product_id,
        acted_on,
        case
            when points > 0 then ln(1 + cast(points as {{ type_float() }}))
            else 0
        end as day_points,
        has_view,
        has_wish,
        has_basket,
        is_provisional
    from weighed

)

select * from int_interest__product_days
