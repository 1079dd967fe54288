-- As many touchpoints as acts on the sites, recounted past the models that make them:
-- accounts opened, pieces wish-listed, store locators used. Orders that only analytics
-- saw are the orders of the sites less those of the shop's own feed.
with sessions as (

    select
        session_key,
        counts_as_session
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and not is_excluded

),

events as (

    select
        events.hit_key,
        events.session_key,
        events.meaning
    from {{ ref('int_web__events') }} as events
    inner join sessions on events.session_key = sessions.session_key
    where sessions.counts_as_session
        and events.arrived_at <= {{ as_of() }}

),

wishes as (

    select
        hit_products.session_key,
        hit_products.report_date,
        hit_products.product_id
    from {{ ref('int_web__hit_products') }} as hit_products
    inner join events on hit_products.hit_key = events.hit_key
    where events.meaning = 'wish_list'
        and hit_products.product_role = 'action'
        and hit_products.product_id is not null
    group by 1, 2, 3

),

unknown_orders as (

    select transactions.transaction_key
    from {{ ref('int_web__transactions') }} as transactions
    inner join sessions on transactions.session_key = sessions.session_key
    left join {{ ref('stg_ecommerce__orders') }} as orders
        on transactions.transaction_id = orders.order_id
        and orders.ordered_at <= {{ as_of() }}
    where orders.order_id is null
        and transactions.ordered_at <= {{ as_of() }}

),

acts as (

    select
        'account_created' as kind,
        count(distinct hit_key) as act_count
    from events
    where meaning = 'account_created'

    union all

    select
        'store_locator' as kind,
        count(distinct session_key) as act_count
    from events
    where meaning = 'store_locator'

    union all

    select
        'wish_list' as kind,
        count(*) as act_count
    from wishes

    union all

    select
        'web_purchase' as kind,
        count(*) as act_count
    from unknown_orders

),

touchpoints as (

    select
        touchpoint_type as kind,
        count(*) as touchpoint_count
    from {{ ref('touchpoints') }}
    group by 1

)

select
    acts.kind,
    acts.act_count,
    touchpoints.touchpoint_count
from acts
left join touchpoints on acts.kind = touchpoints.kind
where acts.act_count <> coalesce(touchpoints.touchpoint_count, 0)
