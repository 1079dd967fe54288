-- Grain: one till receipt, a sale or a return; the rows of base_pos__transactions that
-- stand.
with stg_pos__transactions as (

    select
        transaction_id,
        store_id,
        source_system,
        customer_id,
        loyalty_id,
        email,
        email_status,
        reconciliation_key,
        phone,
        phone_key,
        sold_at,
        currency_code,
        is_return,
        original_transaction_id,
        advisor_id,
        receipt_email,
        receipt_email_status,
        receipt_reconciliation_key,
        _file,
        _line
    from {{ ref('base_pos__transactions') }}
    where rejected_because is null

)

select * from stg_pos__transactions
