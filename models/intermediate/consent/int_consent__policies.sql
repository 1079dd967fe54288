-- Grain: one jurisdiction that customers have (or several, 'FR+GB') and one purpose, with
-- what holds at as_of. Among several laws the stricter rule and the shorter life of a yes.
-- A purpose for which a law has no row at all is denied.
with jurisdictions as (

    select jurisdiction
    from {{ ref('int_consent__jurisdictions') }}
    group by jurisdiction

),

purposes as (

    select
        purpose,
        channel
    from {{ ref('consent_purposes') }}

),

policies as (

    select
        jurisdiction,
        purpose,
        case default_rule
            when 'opt_in' then 2
            when 'soft_opt_in' then 3
            when 'opt_out' then 4
            else 1
        end as leniency,
        nullif(reconfirm_months, 0) as reconfirm_months
    from {{ ref('jurisdiction_policies') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and valid_to > cast({{ as_of() }} as date)

),

laws as (

    select jurisdiction
    from {{ ref('jurisdiction_policies') }}
    group by jurisdiction

),

int_consent__policies as (

    select
        jurisdictions.jurisdiction,
        purposes.purpose,
        min(purposes.channel) as channel,
        case min(coalesce(policies.leniency, 1))
            when 2 then 'opt_in'
            when 3 then 'soft_opt_in'
            when 4 then 'opt_out'
            else 'deny'
        end as default_rule,
        min(policies.reconfirm_months) as reconfirm_months
    from jurisdictions
    cross join purposes
    left join laws
        on strpos(
            '+' || jurisdictions.jurisdiction || '+', '+' || laws.jurisdiction || '+'
        ) > 0
    left join policies
        on laws.jurisdiction = policies.jurisdiction
        and purposes.purpose = policies.purpose
    group by jurisdictions.jurisdiction, purposes.purpose

)

select * from int_consent__policies
