-- Grain: one landed row = one version of an exchange rate of a day, typed and judged.
-- rate_to_eur is what one unit is worth in EUR; days without a rate are filled in
-- int_finance__daily_rates.
{{ config(materialized='table') }}

with typed as (

    select
        {{ read_date('rate_on') }} as rate_on,
        {{ upper_code(clean_text('currency_code')) }} as currency_code,
        {{ read_rate('rate_to_eur') }} as rate_to_eur,
        cast(null as string) as unreadable_fields,
        {{ key([
            'rate_on', 'currency_code', 'rate_to_eur',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('finance', 'exchange_rates') }}

),

judged as (

    select
        typed.*,
        case
            when rate_on is null then 'unusable_rate_on'
            when currency_code is null or {{ known_currency('currency_code') }} is null
                then 'unknown_currency_code'
            when rate_to_eur is null then 'unusable_rate_to_eur'
        end as flaw
    from typed

),

base_finance__exchange_rates as (

    select
        rate_on,
        currency_code,
        rate_to_eur,
        coalesce(
            flaw,
            {{ superseded(['rate_on', 'currency_code']) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_finance__exchange_rates
