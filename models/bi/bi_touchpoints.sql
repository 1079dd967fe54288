-- Grain: one month, channel, kind of contact and boutique with enough people to be
-- published; the others are left out, and with them what would tell them by subtraction.
-- On BigQuery an authorised view, so that who reads it needs no access to the marts.
{%- set cell = ['month', 'channel', 'touchpoint_type', 'store_id'] %}
with contacts as (

    select
        customer_key,
        {{ month_start('cast(occurred_at as date)') }} as month,
        channel,
        touchpoint_type,
        store_id,
        {{ capped_eur('amount_eur') }} as amount_eur
    from {{ ref('touchpoints') }}
    where customer_key is not null

),

cells as (

    select
        month,
        channel,
        touchpoint_type,
        store_id,
        count(distinct customer_key) as person_count,
        count(*) as contact_count,
        cast(round(sum(amount_eur), -2) as {{ type_money() }}) as amount_eur
    from contacts
    group by month, channel, touchpoint_type, store_id

),

bi_touchpoints as (

    select
        month,
        channel,
        touchpoint_type,
        store_id,
        person_count,
        contact_count,
        amount_eur
    from cells
    qualify
        {{ large_enough('person_count', cell) }}

)

select * from bi_touchpoints
