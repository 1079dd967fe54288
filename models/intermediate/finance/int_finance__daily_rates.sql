-- Grain: one currency on one day, from its first rate to the day after as_of, so that a
-- sale anywhere in the world finds the rate of its own calendar day. A day without a rate
-- has that of the last day before it; EUR is worth 1 from 2000 on and needs no feed.
with exchange_rates as (

    select
        rate_on,
        currency_code,
        rate_to_eur
    from {{ ref('stg_finance__exchange_rates') }}
    where
        currency_code <> 'EUR'
        and rate_on <= {{ local_date(as_of(), "'UTC'") }}

),

currencies_quoted as (

    select
        currency_code,
        min(rate_on) as first_on,
        {{ add_days(local_date(as_of(), "'UTC'"), 1) }} as last_on
    from exchange_rates
    group by currency_code

),

days as (

    select
        currencies_quoted.currency_code,
        rate_day as rate_on
    from currencies_quoted
    cross join {{ unnest_rows(
        date_array('currencies_quoted.first_on', 'currencies_quoted.last_on'),
        'rate_day'
    ) }}

),

carried as (

    select
        days.rate_on,
        days.currency_code,
        exchange_rates.rate_to_eur is null as is_carried_forward,
        last_value(exchange_rates.rate_to_eur ignore nulls) over (
            partition by days.currency_code
            order by days.rate_on asc nulls last, days.currency_code asc nulls last
            rows between unbounded preceding and current row
        ) as rate_to_eur
    from days
    left join exchange_rates
        on days.currency_code = exchange_rates.currency_code
        and days.rate_on = exchange_rates.rate_on

),

euro as (

    select
        euro_day as rate_on,
        'EUR' as currency_code
    from {{ unnest_rows(
        date_array(
            "date '2000-01-01'", add_days(local_date(as_of(), "'UTC'"), 1)
        ),
        'euro_day'
    ) }}

),

int_finance__daily_rates as (

    select
        rate_on,
        currency_code,
        rate_to_eur,
        is_carried_forward
    from carried
    union all
    select
        rate_on,
        currency_code,
        cast(1 as {{ type_money() }}) as rate_to_eur,
        false as is_carried_forward
    from euro

)

select * from int_finance__daily_rates
