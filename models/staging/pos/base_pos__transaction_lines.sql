-- Grain: one landed row = one version of a line of a till receipt, typed and judged. A
-- return counts below zero, so signs are kept as rung up.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('transaction_id') }} as transaction_id,
        {{ read_count('line_number') }} as line_number,
        {{ clean_text('sku') }} as sku,
        {{ read_count('quantity', least=-1000000) }} as quantity,
        {{ read_amount('unit_price') }} as unit_price,
        {{ read_amount('discount_amount') }} as discount_amount,
        {{ read_amount('net_amount') }} as net_amount,
        coalesce({{ to_bool('is_gift') }}, false) as is_gift,
        {{ unreadable_fields({
            'quantity': read_count('quantity', least=-1000000),
            'unit_price': read_amount('unit_price'),
            'discount_amount': read_amount('discount_amount'),
            'net_amount': read_amount('net_amount'),
            'is_gift': to_bool('is_gift'),
        }) }} as unreadable_fields,
        {{ key([
            'transaction_id', 'line_number', 'sku', 'quantity', 'unit_price',
            'discount_amount', 'net_amount', 'is_gift',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('pos', 'transaction_lines') }}

),

judged as (

    select
        typed.*,
        case
            when transaction_id is null then 'unusable_key'
            when line_number is null then 'unusable_line_number'
        end as flaw
    from typed

),

base_pos__transaction_lines as (

    select
        transaction_id,
        line_number,
        sku,
        quantity,
        unit_price,
        discount_amount,
        net_amount,
        is_gift,
        coalesce(
            flaw,
            {{ superseded(['transaction_id', 'line_number']) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_pos__transaction_lines
