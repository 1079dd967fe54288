-- Grain: one landed row = one version of a loyalty card, typed and judged. Programmes
-- number their cards apart, so the programme is part of the key; a card may know no
-- client record.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('loyalty_id') }} as loyalty_id,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ lower_case(clean_text('tier')) }} as tier,
        {{ read_timestamp('joined_at') }} as joined_at,
        {{ read_count('points', least=-1000000) }} as points,
        {{ unreadable_fields({
            'joined_at': read_timestamp('joined_at'),
            'points': read_count('points', least=-1000000),
        }) }} as unreadable_fields,
        {{ key([
            'loyalty_id', 'source_system', 'customer_id', 'email', 'phone', 'tier',
            'joined_at', 'points',
        ]) }} as record_key,
        withheld_because,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('loyalty', 'members', [
            'source_system, loyalty_id', 'source_system, customer_id', 'email', 'phone',
        ]) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when withheld_because is not null then withheld_because
            when loyalty_id is null then 'unusable_key'
        end as flaw
    from typed

),

base_loyalty__members as (

    select
        loyalty_id,
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
        tier,
        joined_at,
        points,
        coalesce(
            flaw,
            {{ superseded(['source_system', 'loyalty_id'], 'joined_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_loyalty__members
