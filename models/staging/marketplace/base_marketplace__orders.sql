-- Grain: one landed row = one version of an order placed on a marketplace, typed and
-- judged. The address is a relay of the marketplace: it meets no other system, only
-- orders of the same buyer.
{{ config(materialized='table') }}

with typed as (

    select
        {{ lower_case(clean_text('marketplace')) }} as marketplace,
        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('buyer_id') }} as buyer_id,
        {{ clean_text('relay_email') }} as relay_email,
        {{ normalise_email('relay_email') }} as normal_relay_email,
        {{ read_timestamp('ordered_at') }} as ordered_at,
        {{ upper_code(clean_text('currency_code')) }} as currency_code,
        {{ read_amount('gross_amount') }} as gross_amount,
        {{ upper_code(clean_text('country_code')) }} as country_code,
        {{ unreadable_fields({
            'currency_code': known_currency('currency_code'),
            'gross_amount': read_amount('gross_amount'),
        }) }} as unreadable_fields,
        {{ key([
            'marketplace', 'order_id', 'buyer_id', 'relay_email', 'ordered_at',
            'currency_code', 'gross_amount', 'country_code',
        ]) }} as record_key,
        {{ key_of_row(['marketplace']) }} as key_name,
        _file,
        _line
    from {{ landed('marketplace', 'orders', ['marketplace, buyer_id', 'relay_email']) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_relay_email') }} as email_status,
        case
            when marketplace is null or order_id is null then 'unusable_key'
            when ordered_at is null then 'unusable_ordered_at'
        end as flaw
    from typed

),

base_marketplace__orders as (

    select
        marketplace,
        order_id,
        buyer_id,
        relay_email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(
                    sha256_hex('normal_relay_email')
                ) }}
        end as reconciliation_key,
        ordered_at,
        currency_code,
        gross_amount,
        country_code,
        coalesce(
            flaw,
            {{ superseded(['marketplace', 'order_id'], 'ordered_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_marketplace__orders
