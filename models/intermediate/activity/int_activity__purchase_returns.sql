-- Grain: one purchase of which something came back. One return of unknown value makes
-- the whole unknown.
with touchpoints as (

    select
        original_touchpoint_key,
        amount_eur
    from {{ ref('int_activity__touchpoints') }}
    where original_touchpoint_key is not null

),

int_activity__purchase_returns as (

    select
        original_touchpoint_key as touchpoint_key,
        count(*) as return_count,
        case when count(*) = count(amount_eur) then -sum(amount_eur) end
            as returned_amount_eur
    from touchpoints
    group by original_touchpoint_key

)

select * from int_activity__purchase_returns
