-- Grain: one journey of a client, without the client: what marketing analyses. On BigQuery
-- an authorised view, so that who reads it needs no access to the marts.
with journeys as (

    select * from {{ ref('customer_journeys') }}

),

bi_journeys as (

    select
        journey_number,
        cast(started_at as date) as started_on,
        cast(ended_at as date) as ended_on,
        is_open,
        purchase_channel,
        first_channel,
        first_traffic,
        last_channel,
        touchpoint_count,
        web_visit_count,
        boutique_visit_count,
        length_days,
        purchase_amount_eur,
        returned_amount_eur,
        net_amount_eur,
        is_ropo,
        is_reverse_ropo,
        is_provisional
    from journeys

)

select * from bi_journeys
