-- Grain: one order of a property. Thank-you pages echo: the same order returns without
-- amounts in the same second, or whole in another session. The row with revenue stands,
-- then the earliest.
with order_hits as (

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
    from {{ ref('int_web__order_hits') }}
    where arrived_at <= {{ as_of() }}

),

first_hits as (

    select *
    from order_hits
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
