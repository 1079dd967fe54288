-- Grain: one landed row = one version of a change of an appointment, typed and judged.
-- The log arrives out of order and the state is found downstream; a change without
-- start, status or time of record is rejected.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('appointment_event_id') }} as appointment_event_id,
        {{ clean_text('appointment_id') }} as appointment_id,
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ lower_case(screened_text('booked_via')) }} as booked_via,
        {{ lower_case(screened_text('motive')) }} as motive,
        {{ read_count('party_size') }} as party_size,
        {{ lower_case(clean_text('language')) }} as language,
        {{ read_timestamp('starts_at') }} as starts_at,
        {{ read_timestamp('ends_at') }} as ends_at,
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ known_value('status', [
            'booked', 'rescheduled', 'confirmed', 'cancelled', 'no_show',
            'checked_in', 'completed'
        ]) }} as status,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unreadable_fields({
            'party_size': read_count('party_size'),
            'ends_at': read_timestamp('ends_at'),
            'booked_via': screened_text('booked_via'),
            'motive': screened_text('motive'),
        }) }} as unreadable_fields,
        {{ key([
            'appointment_event_id', 'appointment_id', 'store_id', 'source_system',
            'customer_id', 'email', 'phone', 'booked_via', 'motive', 'party_size',
            'language', 'starts_at', 'ends_at', 'advisor_id', 'status', 'recorded_at',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system', 'store_id']) }} as key_name,
        _file,
        _line
    from {{ landed('appointments', 'appointment_events', [
            'appointment_id', 'source_system, customer_id', 'email', 'phone',
        ]) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when appointment_event_id is null then 'unusable_key'
            when appointment_id is null then 'unusable_appointment_id'
            when starts_at is null then 'unusable_starts_at'
            when status is null then 'unknown_status'
            when recorded_at is null then 'unusable_recorded_at'
        end as flaw
    from typed

),

base_appointments__appointment_events as (

    select
        appointment_event_id,
        appointment_id,
        store_id,
        source_system,
        customer_id,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        phone,
        {{ phone_key('phone') }} as phone_key,
        booked_via,
        motive,
        party_size,
        language,
        starts_at,
        ends_at,
        advisor_id,
        status,
        recorded_at,
        coalesce(
            flaw,
            {{ superseded(['appointment_event_id'], 'recorded_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_appointments__appointment_events
