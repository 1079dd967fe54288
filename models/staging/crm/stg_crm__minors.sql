-- Grain: one client record with a birth date, and whether its client is under age at
-- as_of where they live. The birth date itself goes no further. Nobody is of age a day
-- early: born on 29 February, they are so on 1 March.
with customers as (

    select
        source_system,
        customer_id,
        country_code,
        birth_date
    from {{ ref('stg_crm__customers') }}
    where birth_date is not null

),

limits as (

    select
        country_code,
        years,
        {{ add_months_to_date('cast(' ~ as_of() ~ ' as date)', '-12 * years') }} as born_until
    from {{ ref('age_limits') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

strictest as (

    select min(born_until) as born_until
    from limits

),

stg_crm__minors as (

    select
        customers.source_system,
        customers.customer_id,
        cast(
            customers.birth_date > coalesce(limits.born_until, strictest.born_until) as boolean
        ) as is_minor
    from customers
    cross join strictest
    left join limits
        on customers.country_code = limits.country_code

)

select * from stg_crm__minors
