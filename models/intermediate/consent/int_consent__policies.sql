-- Grain: one jurisdiction that customers have (or several, 'FR+GB') and one purpose, with
-- what holds at as_of. Among several laws the stricter rule and the shorter life of a yes;
-- of contact windows all hold.
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
        nullif(reconfirm_months, 0) as reconfirm_months,
        proof_required,
        nullif(notice_days, 0) as notice_days,
        nullif(ask_again_months, 0) as ask_again_months,
        nullif(contact_window, '') as contact_window
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
        min(policies.reconfirm_months) as reconfirm_months,
        {{ any_true('policies.proof_required') }} as proof_required,
        min(policies.notice_days) as notice_days,
        max(policies.ask_again_months) as ask_again_months,
        string_agg(policies.contact_window, '; ' order by policies.contact_window)
            as contact_window
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
