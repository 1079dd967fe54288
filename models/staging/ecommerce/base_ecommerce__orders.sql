-- Grain: one landed row = one version of an order of the house's own shop, typed and
-- judged. The record of a web purchase: order_id is the transaction id that analytics
-- carries.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ read_timestamp('ordered_at') }} as ordered_at,
        {{ lower_case(clean_text('status')) }} as status,
        {{ upper_code(clean_text('currency_code')) }} as currency_code,
        {{ read_amount('gross_amount') }} as gross_amount,
        {{ upper_code(clean_text('shipping_country_code')) }} as shipping_country_code,
        coalesce({{ to_bool('is_guest_checkout') }}, false) as is_guest_checkout,
        {{ unreadable_fields({
            'currency_code': known_currency('currency_code'),
            'gross_amount': read_amount('gross_amount'),
            'is_guest_checkout': to_bool('is_guest_checkout'),
        }) }} as unreadable_fields,
        {{ key([
            'order_id', 'customer_id', 'source_system', 'email', 'phone',
            'ordered_at', 'status', 'currency_code', 'gross_amount',
            'shipping_country_code', 'is_guest_checkout',
        ]) }} as record_key,
        {{ key_of_row(['source_system']) }} as key_name,
        _file,
        _line
    from {{ landed('ecommerce', 'orders', ['source_system, customer_id', 'email', 'phone']) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        case
            when order_id is null then 'unusable_key'
            when ordered_at is null then 'unusable_ordered_at'
        end as flaw
    from typed

),

base_ecommerce__orders as (

    select
        order_id,
        customer_id,
        source_system,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        phone,
        {{ phone_key('phone') }} as phone_key,
        ordered_at,
        status,
        currency_code,
        gross_amount,
        shipping_country_code,
        is_guest_checkout,
        coalesce(
            flaw,
            {{ superseded(['order_id'], 'ordered_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_ecommerce__orders
