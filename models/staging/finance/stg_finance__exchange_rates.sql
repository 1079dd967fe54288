-- Grain: one exchange rate of a day; the rows of base_finance__exchange_rates that
-- stand.
with stg_finance__exchange_rates as (

    select
        rate_on,
        currency_code,
        rate_to_eur,
        _file,
        _line
    from {{ ref('base_finance__exchange_rates') }}
    where rejected_because is null

)

select * from stg_finance__exchange_rates
