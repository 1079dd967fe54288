-- Grain: one way of a client to a purchase, or the way still open at as_of. A return
-- neither ends nor starts one: it lowers what the journey of the original purchase was
-- worth, whoever brought the piece back.
with steps as (

    select
        touchpoint_key,
        customer_key,
        journey_number,
        occurred_at,
        channel,
        traffic_channel,
        amount_eur,
        is_provisional,
        is_purchase,
        is_web_visit,
        is_boutique_visit,
        is_first,
        is_last_before_purchase,
        is_first_web_visit
    from {{ ref('int_activity__journey_steps') }}

),

purchase_returns as (

    select
        touchpoint_key,
        returned_amount_eur
    from {{ ref('int_activity__purchase_returns') }}

),

journeys as (

    select
        customer_key,
        journey_number,
        min(occurred_at) as started_at,
        max(case when is_purchase then occurred_at end) as ended_at,
        max(occurred_at) as last_contact_at,
        max(case when is_purchase then channel end) as purchase_channel,
        max(case when is_purchase then touchpoint_key end) as purchase_touchpoint_key,
        max(case when is_purchase then amount_eur end) as purchase_amount_eur,
        max(case when is_first then channel end) as first_channel,
        max(case when is_first_web_visit then traffic_channel end) as first_traffic,
        max(case when is_last_before_purchase then channel end) as last_channel,
        count(*) as touchpoint_count,
        sum(case when is_web_visit then 1 else 0 end) as web_visit_count,
        sum(case when is_boutique_visit then 1 else 0 end) as boutique_visit_count,
        {{ any_true('is_provisional') }} as is_provisional
    from steps
    group by customer_key, journey_number

),

netted as (

    select
        journeys.*,
        {{ seconds_between('journeys.started_at', 'journeys.last_contact_at') }}
            as length_seconds,
        case
            when journeys.purchase_touchpoint_key is null then null
            when purchase_returns.touchpoint_key is null then 0
            else purchase_returns.returned_amount_eur
        end as returned_amount_eur
    from journeys
    left join purchase_returns
        on journeys.purchase_touchpoint_key = purchase_returns.touchpoint_key

),

customer_journeys as (

    select
        {{ key(['customer_key', 'journey_number']) }} as journey_key,
        customer_key,
        cast(journey_number as int64) as journey_number,
        started_at,
        ended_at,
        purchase_touchpoint_key is null as is_open,
        purchase_channel,
        purchase_touchpoint_key,
        first_channel,
        first_traffic,
        last_channel,
        touchpoint_count,
        cast(web_visit_count as int64) as web_visit_count,
        cast(boutique_visit_count as int64) as boutique_visit_count,
        {{ rounded_ratio('length_seconds', '86400', 2) }} as length_days,
        purchase_amount_eur,
        returned_amount_eur,
        purchase_amount_eur - returned_amount_eur as net_amount_eur,
        web_visit_count > 0
        and coalesce(purchase_channel = 'boutique', false) as is_ropo,
        boutique_visit_count > 0
        and coalesce(purchase_channel in ('web', 'marketplace'), false)
            as is_reverse_ropo,
        is_provisional
    from netted

)

select * from customer_journeys
