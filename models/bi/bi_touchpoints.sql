-- Grain: one contact with the house, without the client and by day. On BigQuery an
-- authorised view, so that who reads it needs no access to the marts.
with contacts as (

    select * from {{ ref('touchpoints') }}

),

bi_touchpoints as (

    select
        customer_key is not null as is_known_client,
        cast(occurred_at as date) as occurred_on,
        channel,
        touchpoint_type,
        source_system,
        store_id,
        amount,
        currency_code,
        amount_eur,
        is_provisional,
        traffic_channel
    from contacts

)

select * from bi_touchpoints
