-- Grain: one landed row = one version of a steward's verdict on two client records,
-- typed and judged. A verdict that names no two records or no instant decides nothing
-- and is rejected; so is one that would join what seed transfer_bases keeps apart.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('decision_id') }} as decision_id,
        {{ clean_text('left_source_system') }} as left_source_system,
        {{ clean_text('left_customer_id') }} as left_customer_id,
        {{ clean_text('right_source_system') }} as right_source_system,
        {{ clean_text('right_customer_id') }} as right_customer_id,
        {{ known_value('decision', ['same', 'different', 'withdrawn']) }} as decision,
        {{ screened_text('reason') }} as reason,
        {{ clean_text('decided_by') }} as decided_by,
        {{ read_timestamp('decided_at') }} as decided_at,
        {{ unreadable_fields({'reason': screened_text('reason')}) }} as unreadable_fields,
        {{ key([
            'decision_id', 'left_source_system', 'left_customer_id',
            'right_source_system', 'right_customer_id', 'decision', 'reason',
            'decided_by', 'decided_at',
        ]) }} as record_key,
        {{ key_of_row(['left_source_system']) }} as left_key_name,
        {{ key_of_row(['right_source_system']) }} as right_key_name,
        withheld_because,
        _file,
        _line
    from {{ landed('stewardship', 'decisions', [
            'left_source_system, left_customer_id', 'right_source_system, right_customer_id',
        ]) }}

),

judged as (

    select
        typed.*,
        case
            when withheld_because is not null then withheld_because
            when decision_id is null then 'unusable_key'
            when left_source_system is null then 'unusable_left_source_system'
            when left_customer_id is null then 'unusable_left_customer_id'
            when right_source_system is null then 'unusable_right_source_system'
            when right_customer_id is null then 'unusable_right_customer_id'
            when decision is null then 'unknown_decision'
            when decided_at is null then 'unusable_decided_at'
            when decision = 'same' and left_key_name <> right_key_name
                then 'no_transfer_basis'
        end as flaw
    from typed

),

base_stewardship__decisions as (

    select
        decision_id,
        left_source_system,
        left_customer_id,
        right_source_system,
        right_customer_id,
        decision,
        reason,
        decided_by,
        decided_at,
        coalesce(
            flaw,
            {{ superseded(['decision_id'], 'decided_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_stewardship__decisions
