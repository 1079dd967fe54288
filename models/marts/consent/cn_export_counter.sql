-- Grain: one duty that an export of data of people in China may come under, with how many
-- people count towards it at as_of. Everybody under its law counts, as if their data
-- went abroad this year: nothing here knows of one who stayed. Visitors nobody knows do
-- not: they are no person yet.
with thresholds as (

    select
        jurisdiction,
        sensitivity,
        duty,
        people,
        near_percent,
        close_percent,
        legal_ref
    from {{ ref('export_thresholds') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to, date '9999-12-31') >= cast({{ as_of() }} as date)

),

residents as (

    select
        residents.customer_key,
        minors.customer_key is not null as is_sensitive
    from {{ ref('int_consent__jurisdictions') }} as residents
    left join {{ ref('int_privacy__minors') }} as minors
        on residents.customer_key = minors.customer_key
    where strpos('+' || residents.jurisdiction || '+', '+CN+') > 0

),

totals as (

    select
        count(*) as personal_count,
        coalesce(sum(case when is_sensitive then 1 else 0 end), 0) as sensitive_count
    from residents

),

counted as (

    select
        thresholds.*,
        cast(
            case thresholds.sensitivity
                when 'sensitive' then totals.sensitive_count
                else totals.personal_count
            end as int64
        ) as person_count
    from thresholds
    cross join totals
    where thresholds.jurisdiction = 'CN'

),

cn_export_counter as (

    select
        sensitivity,
        duty,
        person_count,
        people as threshold,
        case
            when person_count >= people then 'reached'
            when 100 * person_count >= close_percent * people then 'close'
            when 100 * person_count >= near_percent * people then 'near'
            else 'below'
        end as alert,
        legal_ref
    from counted

)

select * from cn_export_counter
