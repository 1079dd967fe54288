-- Grain: one order of a property. Thank-you pages echo: the same order returns without
-- amounts in the same second, or whole in another session. The row with revenue stands,
-- then the earliest. A refund names the order it reverses and is no purchase.
with purchase_hits as (

    select
        source_system,
        property,
        transaction_id,
        session_key,
        visitor_key,
        hit_key,
        hit_at,
        transaction_revenue,
        currency_code
    from {{ ref('stg_ga360__hits') }}
    where
        arrived_at <= {{ as_of() }}
        and transaction_id is not null
        and not is_excluded
        and refund_amount is null
        and ecommerce_action <> 'refund'
        and (
            ecommerce_action = 'purchase'
            or hit_type = 'transaction'
            or transaction_revenue is not null
        )

),

first_hits as (

    select *
    from purchase_hits
    qualify row_number() over (
        partition by source_system, property, transaction_id
        order by
            case when transaction_revenue is not null then 0 else 1 end nulls last,
            hit_at asc nulls last,
            hit_key asc nulls last
    ) = 1

),

int_web__transactions as (

    select
        {{ key(['source_system', 'property', 'transaction_id']) }} as transaction_key,
        source_system,
        property,
        transaction_id,
        session_key,
        visitor_key,
        hit_key,
        hit_at as ordered_at,
        transaction_revenue as revenue,
        currency_code
    from first_hits

)

select * from int_web__transactions
