-- Grain: visit x day x product x what the visitor did with it. Impressions are no signal.
-- An echoed thank-you page counts an order once. A wish list is an event of the site, not
-- a code of the export, so it comes from the configured events.
{{ config(**by_day()) }}

with products as (

    select
        hit_key,
        session_key,
        visitor_key,
        property,
        report_date,
        hit_at,
        is_provisional,
        ecommerce_action,
        product_id
    from {{ ref('int_web__hit_products') }}
    where
        {{ in_days_to_build('report_date') }}
        and product_role = 'action'
        and product_id is not null

),

hits as (

    select
        hit_key,
        arrived_at,
        transaction_id
    from {{ ref('int_web__hits') }}
    where
        {{ in_days_to_build('report_date', 'session_report_date') }}
        and not is_excluded

),

wish_list_hits as (

    select hit_key
    from {{ ref('int_web__events') }}
    where
        {{ in_days_to_build('report_date') }}
        and meaning = 'wish_list'

),

actions as (

    select
        products.visitor_key,
        products.session_key,
        products.property,
        products.report_date,
        products.hit_at,
        hits.arrived_at,
        products.product_id,
        products.is_provisional,
        case
            when wish_list_hits.hit_key is not null then 'wish_list'
            when products.ecommerce_action = 'checkout_option' then 'checkout'
            else products.ecommerce_action
        end as action,
        case
            when products.ecommerce_action = 'purchase' and hits.transaction_id is not null
                then hits.transaction_id
            else products.hit_key
        end as counted_once
    from products
    inner join hits on products.hit_key = hits.hit_key
    left join wish_list_hits on products.hit_key = wish_list_hits.hit_key

),

int_web__product_signals as (

    select
        {{ key(['session_key', 'report_date', 'product_id', 'action']) }} as signal_key,
        visitor_key,
        session_key,
        property,
        report_date,
        min(hit_at) as first_at,
        max(hit_at) as last_at,
        max(arrived_at) as arrived_at,
        product_id,
        action,
        count(distinct counted_once) as signal_count,
        {{ any_true('is_provisional') }} as is_provisional
    from actions
    where action in (
        'detail', 'add', 'wish_list', 'remove', 'list_click', 'purchase', 'checkout'
    )
    group by visitor_key, session_key, property, report_date, product_id, action

)

select * from int_web__product_signals
