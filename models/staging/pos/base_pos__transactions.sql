-- Grain: one landed row = one version of a till receipt, a sale or a return, typed and
-- judged. A receipt without a readable time of sale is rejected: it could stand in no
-- journey.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('transaction_id') }} as transaction_id,
        {{ clean_text('store_id') }} as store_id,
        {{ clean_text('source_system') }} as source_system,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('loyalty_id') }} as loyalty_id,
        {{ clean_text('email') }} as email,
        {{ normalise_email('email') }} as normal_email,
        {{ clean_text('phone') }} as phone,
        {{ read_timestamp('sold_at') }} as sold_at,
        {{ upper_code(clean_text('currency_code')) }} as currency_code,
        coalesce({{ to_bool('is_return') }}, false) as is_return,
        {{ clean_text('original_transaction_id') }} as original_transaction_id,
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('receipt_email') }} as receipt_email,
        {{ normalise_email('receipt_email') }} as normal_receipt_email,
        {{ unreadable_fields({
            'currency_code': known_currency('currency_code'),
            'is_return': to_bool('is_return'),
        }) }} as unreadable_fields,
        {{ key([
            'transaction_id', 'store_id', 'source_system', 'customer_id',
            'loyalty_id', 'email', 'phone', 'sold_at', 'currency_code', 'is_return',
            'original_transaction_id', 'advisor_id', 'receipt_email',
        ]) }} as record_key,
        {{ key_of_row(['source_system', 'store_id']) }} as key_name,
        _file,
        _line
    from {{ landed('pos', 'transactions', [
            'source_system, customer_id', 'source_system, loyalty_id', 'email', 'phone',
            'receipt_email',
        ]) }}

),

judged as (

    select
        typed.*,
        {{ email_status('normal_email') }} as email_status,
        {{ email_status('normal_receipt_email') }} as receipt_email_status,
        case
            when transaction_id is null then 'unusable_key'
            when sold_at is null then 'unusable_sold_at'
        end as flaw
    from typed

),

base_pos__transactions as (

    select
        transaction_id,
        store_id,
        source_system,
        customer_id,
        loyalty_id,
        email,
        email_status,
        case
            when email_status = 'ok'
                then {{ reconciliation_key_of_hash(sha256_hex('normal_email')) }}
        end as reconciliation_key,
        phone,
        {{ phone_key('phone') }} as phone_key,
        sold_at,
        currency_code,
        is_return,
        original_transaction_id,
        advisor_id,
        receipt_email,
        receipt_email_status,
        case
            when receipt_email_status = 'ok'
                then {{ reconciliation_key_of_hash(
                    sha256_hex('normal_receipt_email')
                ) }}
        end as receipt_reconciliation_key,
        coalesce(
            flaw,
            {{ superseded(['transaction_id'], 'sold_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_pos__transactions
