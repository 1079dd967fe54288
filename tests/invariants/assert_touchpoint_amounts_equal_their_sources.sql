-- The EUR of touchpoints, by kind, is the EUR of the lines they stand for: no purchase is
-- counted twice, none is lost, and a rate is missing on both sides or on neither.
with receipt_sums as (

    select
        transaction_id,
        sum(net_amount) as amount
    from {{ ref('stg_pos__transaction_lines') }}
    group by transaction_id
    having count(*) = count(net_amount)

),

order_sums as (

    select
        order_id,
        sum(net_amount) as amount,
        count(*) as line_count,
        count(net_amount) as readable_count
    from {{ ref('stg_ecommerce__order_lines') }}
    group by order_id

),

sources as (

    select
        case when receipts.is_return then 'boutique_return' else 'boutique_purchase' end as kind,
        case
            when receipts.is_return then -abs(receipt_sums.amount)
            else receipt_sums.amount
        end as amount,
        receipts.currency_code,
        {{ local_date('receipts.sold_at', "coalesce(stores.timezone, 'UTC')") }} as amount_on
    from {{ ref('stg_pos__transactions') }} as receipts
    inner join receipt_sums
        on receipts.transaction_id = receipt_sums.transaction_id
    left join {{ ref('stg_catalog__stores') }} as stores
        on receipts.store_id = stores.store_id
    where receipts.sold_at <= {{ as_of() }}

    union all

    select
        'online_order' as kind,
        case
            when order_sums.line_count is null then orders.gross_amount
            when order_sums.line_count = order_sums.readable_count then order_sums.amount
        end as amount,
        orders.currency_code,
        {{ local_date('orders.ordered_at', "coalesce(shops.timezone, 'UTC')") }} as amount_on
    from {{ ref('stg_ecommerce__orders') }} as orders
    left join order_sums
        on orders.order_id = order_sums.order_id
    left join {{ ref('int_activity__shops') }} as shops
        on orders.source_system = shops.crm_source_system
    where orders.ordered_at <= {{ as_of() }}
        and coalesce(orders.status, '') <> 'cancelled'

),

expected as (

    select
        sources.kind,
        sum({{ cents('sources.amount * rates.rate_to_eur') }}) as amount_eur
    from sources
    inner join {{ ref('int_finance__daily_rates') }} as rates
        on sources.currency_code = rates.currency_code
        and sources.amount_on = rates.rate_on
    group by sources.kind

),

found as (

    select
        touchpoint_type as kind,
        sum(amount_eur) as amount_eur
    from {{ ref('touchpoints') }}
    where touchpoint_type in ('boutique_purchase', 'boutique_return', 'online_order')
    group by touchpoint_type

)

select
    coalesce(expected.kind, found.kind) as kind,
    expected.amount_eur as source_eur,
    found.amount_eur as touchpoint_eur
from expected
full outer join found
    on expected.kind = found.kind
where coalesce(expected.amount_eur, 0) <> coalesce(found.amount_eur, 0)
