-- Grain: one person, and the first day on which the house may hold them no longer. The law
-- of their residence decides as it stands on that day of the clock; without a line for
-- it, the shortest of all.
with people as (

    select
        customer_key,
        jurisdiction,
        retention_class,
        last_active_on
    from {{ ref('int_privacy__last_activity') }}
    where last_active_on is not null

),

policies as (

    select
        jurisdiction,
        retention_class,
        months,
        legal_ref
    from {{ ref('retention_policies') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

shortest as (

    select
        retention_class,
        min(months) as months
    from policies
    group by retention_class

),

applied as (

    select
        people.customer_key,
        people.retention_class,
        people.last_active_on,
        coalesce(policies.months, shortest.months) as months,
        coalesce(policies.legal_ref, 'no policy for this country: the shortest of its class')
            as legal_ref
    from people
    left join policies
        on people.jurisdiction = policies.jurisdiction
        and people.retention_class = policies.retention_class
    left join shortest
        on people.retention_class = shortest.retention_class

),

int_privacy__retention_due as (

    select
        customer_key,
        retention_class,
        last_active_on,
        months,
        legal_ref,
        {{ add_months_to_date('last_active_on', 'months') }} as due_on,
        {{ add_months_to_date('last_active_on', 'months') }}
        <= cast({{ as_of() }} as date) as is_due
    from applied

)

select * from int_privacy__retention_due
