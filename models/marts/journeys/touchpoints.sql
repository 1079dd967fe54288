-- Grain: one contact of a client with the house, in any channel. Contacts of people
-- nobody knows stay, with a NULL customer_key; a return is a negative contact of its
-- own, on the day and at the rate of the return.
{{ config(**by_month('occurred_at')) }}
with activity as (

    select * from {{ ref('int_activity__touchpoints') }}

),

touchpoints as (

    select
        touchpoint_key,
        customer_key,
        occurred_at,
        channel,
        touchpoint_type,
        source_system,
        store_id,
        amount,
        currency_code,
        amount_eur,
        is_provisional,
        traffic_channel,
        original_touchpoint_key,
        source_id
    from activity

)

select * from touchpoints
