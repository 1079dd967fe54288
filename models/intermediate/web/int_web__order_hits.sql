-- Grain: one hit that names an order. Echoes stand here beside the order itself, and what
-- has not arrived at `as_of` too: int_web__transactions picks across days.
{{ config(**by_day()) }}

with hits as (

    select
        hit_key,
        session_key,
        visitor_key,
        source_system,
        property,
        report_date,
        hit_at,
        arrived_at,
        hit_type,
        ecommerce_action,
        transaction_id,
        transaction_revenue,
        refund_amount,
        currency_code
    from {{ ref('stg_ga360__hits') }}
    where
        {{ in_days_to_build('report_date', 'session_report_date') }}
        and transaction_id is not null
        and not is_excluded

),

int_web__order_hits as (

    select
        hit_key,
        session_key,
        visitor_key,
        source_system,
        property,
        report_date,
        hit_at,
        arrived_at,
        transaction_id,
        transaction_revenue,
        currency_code
    from hits
    where
        refund_amount is null
        and ecommerce_action <> 'refund'
        and (
            ecommerce_action = 'purchase'
            or hit_type = 'transaction'
            or transaction_revenue is not null
        )

)

select * from int_web__order_hits
