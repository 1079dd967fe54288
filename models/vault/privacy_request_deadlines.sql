-- Grain: one request of a person about their data, until when it must be answered, and how
-- it stands. The law of the day of receipt and of each country the person may be of; the
-- earliest day of all holds, and the shortest law for whom nobody knows. A request
-- without a date is overdue: nobody can tell that it is not.
with requests as (

    select
        request_id,
        kind,
        case subject_type when 'email_sha256' then 'email' else subject_type end
            as subject_type,
        subject_key,
        cast(received_at as date) as received_on,
        coalesce(status, '') as told_status
    from {{ ref('stg_privacy__requests') }}

),

residences as (

    select distinct
        subjects.request_id,
        jurisdictions.jurisdiction
    from {{ ref('privacy_request_subjects') }} as subjects
    inner join {{ ref('int_identity__customer_map') }} as customer_map
        on subjects.identifier_type = customer_map.identifier_type
        and subjects.subject_key = customer_map.identifier_value
    inner join {{ ref('int_consent__jurisdictions') }} as jurisdictions
        on customer_map.customer_key = jurisdictions.customer_key

),

ruled as (

    select
        requests.*,
        laws.jurisdiction,
        laws.legal_ref,
        laws.answer_unit,
        nullif(laws.confirm_business_days, 0) as confirm_days,
        case requests.told_status
            when 'extended' then laws.extended_within else laws.answer_within
        end as term
    from requests
    left join residences
        on requests.request_id = residences.request_id
    left join {{ ref('request_deadlines') }} as laws
        on requests.kind = laws.kind
        and strpos(
            '+' || coalesce(residences.jurisdiction, '*') || '+',
            '+' || laws.jurisdiction || '+'
        ) > 0
        and requests.received_on >= laws.valid_from
        and requests.received_on <= coalesce(laws.valid_to, date '9999-12-31')

),

timed as (

    select
        ruled.*,
        {{ add_business_days('received_on', 'confirm_days') }} as confirm_by,
        case answer_unit
            when 'month' then {{ add_months_to_date('received_on', 'term') }}
            when 'day' then {{ add_days('received_on', 'term') }}
            else {{ add_business_days('received_on', 'term') }}
        end as due_on
    from ruled

),

earliest as (

    select
        timed.*,
        min(confirm_by) over (partition by request_id) as first_confirm_by
    from timed
    qualify row_number() over (
        partition by request_id
        order by due_on asc nulls last, jurisdiction asc nulls last
    ) = 1

),

privacy_request_deadlines as (

    select
        earliest.request_id,
        earliest.kind,
        earliest.jurisdiction,
        earliest.received_on,
        earliest.first_confirm_by as confirm_by,
        earliest.due_on,
        earliest.legal_ref,
        case
            when answered.request_id is not null then 'answered'
            when told_status in ('done', 'completed', 'closed', 'rejected') then 'answered'
            when earliest.due_on is null then 'overdue'
            when earliest.due_on < cast({{ as_of() }} as date) then 'overdue'
            when {{ days_between('cast(' ~ as_of() ~ ' as date)', 'earliest.due_on') }}
                <= {{ var('privacy_due_soon_days') }} then 'due_soon'
            else 'open'
        end as status
    from earliest
    left join vault.privacy_log as answered
        on earliest.request_id = answered.request_id

)

select * from privacy_request_deadlines
