{{ config(materialized='view') }}
-- Grain: one stay on a device that is no one person's: the visits in which the same
-- person was proven to be, one after the other. The next visit begins a new stay if
-- another person or an identifier that is nobody's was there, if the last visit ended
-- with a sign-out or long ago, and always on a boutique's, a machine's or a public
-- device. customer_key is NULL where nobody is known, or several are.
with proven_sessions as (

    select
        session_key,
        min(visitor_key) as visitor_key,
        case when count(distinct customer_key) = 1 then min(customer_key) end
            as customer_key,
        {{ any_true('is_present') }} as is_present,
        min(first_proof_at) as first_proof_at,
        max(last_proof_at) as last_proof_at
    from {{ ref('int_identity__session_people') }}
    group by session_key

),

sign_outs as (

    select
        session_key,
        max(occurred_at) as signed_out_at
    from {{ ref('int_web__sign_ins') }}
    where meaning = 'sign_out' and arrived_at <= {{ as_of() }}
    group by session_key

),

device_owners as (

    select
        visitor_key,
        verdict in ('several_people', 'shared_identifier') as may_outlast_visit
    from {{ ref('int_identity__device_owners') }}
    where verdict <> 'owned'

),

visits as (

    select
        proven_sessions.*,
        device_owners.may_outlast_visit,
        coalesce(sign_outs.signed_out_at >= proven_sessions.last_proof_at, false)
            as is_signed_out,
        case
            when sign_outs.signed_out_at >= proven_sessions.last_proof_at
                then sign_outs.signed_out_at
            else sessions.ended_at
        end as left_at
    from proven_sessions
    inner join device_owners
        on proven_sessions.visitor_key = device_owners.visitor_key
    inner join {{ ref('int_web__sessions') }} as sessions
        on proven_sessions.session_key = sessions.session_key
    left join sign_outs
        on proven_sessions.session_key = sign_outs.session_key

),

continued as (

    select
        visits.*,
        coalesce(
            may_outlast_visit
            and customer_key = lag(customer_key) over device
            and not lag(is_signed_out) over device
            and {{ seconds_between('lag(left_at) over device', 'first_proof_at') }}
            <= {{ var('identity_max_days_between_sign_ins') }} * 86400,
            false
        ) as is_continued
    from visits
    window device as (
        partition by visitor_key
        order by first_proof_at asc nulls last, session_key asc nulls last
    )

),

numbered as (

    select
        continued.*,
        sum(case when is_continued then 0 else 1 end) over (
            partition by visitor_key
            order by first_proof_at asc nulls last, session_key asc nulls last
            rows between unbounded preceding and current row
        ) as stay_number
    from continued

),

int_identity__device_stays as (

    select
        visitor_key,
        stay_number,
        min(customer_key) as customer_key,
        count(*) as visit_count,
        min(case when is_present then first_proof_at end) as began_at,
        max(case when is_present then left_at end) as ended_at
    from numbered
    group by visitor_key, stay_number

)

select * from int_identity__device_stays
