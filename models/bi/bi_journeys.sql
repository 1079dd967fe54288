-- Grain: one month of purchase (none while open), channel of the purchase and of the
-- first contact, and way between web and boutique, with enough people to be published;
-- the others are left out, and with them what would tell them by subtraction. On BigQuery
-- an authorised view, so that who reads it needs no access to the marts.
{%- set cell = ['month', 'purchase_channel', 'first_channel', 'way'] %}
with journeys as (

    select
        customer_key,
        {{ month_start('cast(ended_at as date)') }} as month,
        purchase_channel,
        first_channel,
        case
            when is_ropo then 'ropo'
            when is_reverse_ropo then 'reverse_ropo'
            else 'other'
        end as way,
        touchpoint_count,
        web_visit_count,
        cast(round(length_days) as int64) as length_days,
        {{ capped_eur('net_amount_eur') }} as net_amount_eur
    from {{ ref('customer_journeys') }}

),

cells as (

    select
        month,
        purchase_channel,
        first_channel,
        way,
        count(distinct customer_key) as person_count,
        count(*) as journey_count,
        {{ rounded_ratio('sum(touchpoint_count)', 'count(*)', 1) }} as mean_touchpoints,
        {{ rounded_ratio('sum(web_visit_count)', 'count(*)', 1) }} as mean_web_visits,
        round({{ safe_divide('sum(length_days)', 'count(*)') }}) as mean_days,
        cast(round(sum(net_amount_eur), -2) as {{ type_money() }}) as net_amount_eur
    from journeys
    group by month, purchase_channel, first_channel, way

),

bi_journeys as (

    select
        month,
        purchase_channel,
        first_channel,
        way,
        person_count,
        journey_count,
        mean_touchpoints,
        mean_web_visits,
        mean_days,
        net_amount_eur
    from cells
    qualify
        {{ large_enough('person_count', cell) }}

)

select * from bi_journeys
