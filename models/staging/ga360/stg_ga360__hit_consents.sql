-- Grain: one session part with a hit that carries the banner's answer or an opt-out signal
-- in a slot the house configured for hits. One denied hit denies for the part: what was
-- browsed before a yes was browsed without it. Part of the statement that reads it: no
-- filter on the day is sure to reach the table through a grouping.
{{ config(materialized='ephemeral') }}

with answers as (

    select
        session_part_key,
        case
            when meaning = 'consent_analytics' then {{ consent_state('raw_value') }}
        end as answer,
        meaning = 'opt_out_signal' and {{ consent_state('raw_value') }} = 'granted' as is_signal
    from {{ ref('stg_ga360__custom_dimensions') }}
    where
        {{ in_days_to_build('report_date') }}
        and slot_scope = 'hit'
        and meaning in ('consent_analytics', 'opt_out_signal')

),

stg_ga360__hit_consents as (

    select
        session_part_key,
        case
            when {{ any_true("answer = 'denied'") }} then 'denied'
            when {{ any_true("answer = 'granted'") }} then 'granted'
            else 'unknown'
        end as consent_analytics,
        {{ any_true('is_signal') }} as has_opt_out_signal
    from answers
    group by session_part_key

)

select * from stg_ga360__hit_consents
