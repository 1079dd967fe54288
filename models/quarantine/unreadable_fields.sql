-- Grain: one field that could not be read, of a row that is staged all the same. The field is
-- NULL there (flags false, unknown currencies as they came); the text is in the file.
with listed_rows as (

    {{ unreadable_from('crm', 'customers') }}
    union all
    {{ unreadable_from('crm', 'advisors') }}
    union all
    {{ unreadable_from('stewardship', 'decisions') }}
    union all
    {{ unreadable_from('consent', 'consent_events') }}
    union all
    {{ unreadable_from('privacy', 'requests') }}
    union all
    {{ unreadable_from('pos', 'transactions') }}
    union all
    {{ unreadable_from('pos', 'transaction_lines') }}
    union all
    {{ unreadable_from('ecommerce', 'orders') }}
    union all
    {{ unreadable_from('ecommerce', 'order_lines') }}
    union all
    {{ unreadable_from('marketplace', 'orders') }}
    union all
    {{ unreadable_from('marketplace', 'order_lines') }}
    union all
    {{ unreadable_from('loyalty', 'members') }}
    union all
    {{ unreadable_from('newsletter', 'events') }}
    union all
    {{ unreadable_from('service', 'cases') }}
    union all
    {{ unreadable_from('app', 'installs') }}
    union all
    {{ unreadable_from('appointments', 'appointment_events') }}
    union all
    {{ unreadable_from('appointments', 'outcomes') }}
    union all
    {{ unreadable_from('catalog', 'products') }}
    union all
    {{ unreadable_from('catalog', 'stores') }}
    union all
    {{ unreadable_from('catalog', 'store_devices') }}
    union all
    {{ unreadable_from('stock', 'levels') }}
    union all
    {{ unreadable_from('finance', 'exchange_rates') }}
    union all
    select
        'ga360' as source_system,
        table_name,
        _file as file,
        _line as line,
        rejected_because,
        unreadable_fields
    from {{ ref('base_ga360__quarantined') }}
    where unreadable_fields is not null

),

staged_rows as (

    select
        source_system,
        table_name,
        file,
        line,
        unreadable_fields
    from listed_rows
    where rejected_because is null

),

fields as (

    select
        staged_rows.source_system,
        staged_rows.table_name,
        staged_rows.file,
        staged_rows.line,
        field as column_name
    from staged_rows
    cross join {{ unnest_rows("split(staged_rows.unreadable_fields, ',')", 'field') }}

),

unreadable_fields as (

    select
        source_system,
        table_name,
        file,
        line,
        column_name,
        case
            when column_name = 'currency_code' then 'unknown_currency'
            when column_name = 'timezone' then 'unknown_time_zone'
            when column_name in (
                'store_type', 'action_code', 'consent_analytics', 'opt_out_signal',
                'privacy_info.analytics_storage', 'privacy_info.ads_storage'
            ) then 'unknown_value'
            when column_name = 'date' then 'not_the_day_of_its_file'
            when column_name in (
                'motive', 'booked_via', 'topic', 'reason', 'reason_code',
                'category', 'subcategory', 'collection', 'material'
            ) then 'suspicious_text'
            when column_name = 'birth_date' then 'not_a_possible_birth_date'
            when starts_with(column_name, 'valid_') then 'not_a_date'
            when right(column_name, 3) = '_on' then 'not_a_date'
            when right(column_name, 3) = '_at' then 'not_an_instant'
            when starts_with(column_name, 'is_') then 'not_true_or_false'
            else 'not_a_possible_number'
        end as reason
    from fields

)

select * from unreadable_fields
