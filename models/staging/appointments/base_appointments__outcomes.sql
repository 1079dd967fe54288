-- Grain: one landed row = one version of an outcome of a piece in an appointment, typed
-- and judged. A piece may be shown, tried and bought in one appointment: three rows.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('appointment_id') }} as appointment_id,
        {{ clean_text('sku') }} as sku,
        {{ known_value('outcome', [
            'shown', 'tried', 'bought', 'declined'
        ]) }} as outcome,
        {{ lower_case(screened_text('reason_code')) }} as reason_code,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unreadable_fields({'reason_code': screened_text('reason_code')}) }}
            as unreadable_fields,
        {{ key([
            'appointment_id', 'sku', 'outcome', 'reason_code', 'recorded_at',
        ]) }} as record_key,
        withheld_because,
        _file,
        _line
    from {{ landed('appointments', 'outcomes', ['appointment_id']) }}

),

judged as (

    select
        typed.*,
        case
            when withheld_because is not null then withheld_because
            when appointment_id is null or sku is null then 'unusable_key'
            when outcome is null then 'unknown_outcome'
            when recorded_at is null then 'unusable_recorded_at'
        end as flaw
    from typed

),

base_appointments__outcomes as (

    select
        appointment_id,
        sku,
        outcome,
        reason_code,
        recorded_at,
        coalesce(
            flaw,
            {{ superseded(['appointment_id', 'sku', 'outcome'], 'recorded_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_appointments__outcomes
