-- Grain: one landed row that is not staged. Rows landed = rows staged + rows here, table by
-- table; file and line say where to look, for no cell is quoted: it may hold anything.
with business_rows as (

    {{ rejected_from('crm', 'customers') }}
    union all
    {{ rejected_from('crm', 'advisors') }}
    union all
    {{ rejected_from('stewardship', 'decisions') }}
    union all
    {{ rejected_from('consent', 'consent_events') }}
    union all
    {{ rejected_from('privacy', 'requests') }}
    union all
    {{ rejected_from('pos', 'transactions') }}
    union all
    {{ rejected_from('pos', 'transaction_lines') }}
    union all
    {{ rejected_from('ecommerce', 'orders') }}
    union all
    {{ rejected_from('ecommerce', 'order_lines') }}
    union all
    {{ rejected_from('marketplace', 'orders') }}
    union all
    {{ rejected_from('marketplace', 'order_lines') }}
    union all
    {{ rejected_from('loyalty', 'members') }}
    union all
    {{ rejected_from('newsletter', 'events') }}
    union all
    {{ rejected_from('service', 'cases') }}
    union all
    {{ rejected_from('app', 'installs') }}
    union all
    {{ rejected_from('appointments', 'appointment_events') }}
    union all
    {{ rejected_from('appointments', 'outcomes') }}
    union all
    {{ rejected_from('catalog', 'products') }}
    union all
    {{ rejected_from('catalog', 'stores') }}
    union all
    {{ rejected_from('catalog', 'store_devices') }}
    union all
    {{ rejected_from('stock', 'levels') }}
    union all
    {{ rejected_from('finance', 'exchange_rates') }}

),

web_rows as (

    select
        'ga360' as source_system,
        table_name,
        _file as file,
        _line as line,
        rejected_because as reason
    from {{ ref('base_ga360__quarantined') }}
    where rejected_because is not null

),

malformed_lines as (

    select
        path,
        line,
        reason
    from {{ source('landing', 'malformed_lines') }}

),

unread_rows as (

    select
        {{ system_of_path('path') }} as source_system,
        {{ table_of_path('path') }} as table_name,
        path as file,
        line,
        'malformed_line: ' || reason as reason
    from malformed_lines

),

rejected_rows as (

    select
        source_system,
        table_name,
        file,
        line,
        reason
    from business_rows
    union all
    select
        source_system,
        table_name,
        file,
        line,
        reason
    from web_rows
    union all
    select
        source_system,
        table_name,
        file,
        line,
        reason
    from unread_rows

)

select * from rejected_rows
