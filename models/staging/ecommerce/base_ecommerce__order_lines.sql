-- Grain: one landed row = one version of a line of a shop order, typed and judged. What
-- came back stands beside what was bought; the version with the latest return stands.
{{ config(materialized='table') }}

with typed as (

    select
        {{ clean_text('order_id') }} as order_id,
        {{ read_count('line_number') }} as line_number,
        {{ clean_text('sku') }} as sku,
        {{ read_count('quantity') }} as quantity,
        {{ read_amount('unit_price') }} as unit_price,
        {{ read_amount('net_amount') }} as net_amount,
        {{ read_count('returned_quantity') }} as returned_quantity,
        {{ read_timestamp('returned_at') }} as returned_at,
        {{ unreadable_fields({
            'quantity': read_count('quantity'),
            'unit_price': read_amount('unit_price'),
            'net_amount': read_amount('net_amount'),
            'returned_quantity': read_count('returned_quantity'),
            'returned_at': read_timestamp('returned_at'),
        }) }} as unreadable_fields,
        {{ key([
            'order_id', 'line_number', 'sku', 'quantity', 'unit_price', 'net_amount',
            'returned_quantity', 'returned_at',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('ecommerce', 'order_lines') }}

),

judged as (

    select
        typed.*,
        case
            when order_id is null then 'unusable_key'
            when line_number is null then 'unusable_line_number'
        end as flaw
    from typed

),

base_ecommerce__order_lines as (

    select
        order_id,
        line_number,
        sku,
        quantity,
        unit_price,
        net_amount,
        returned_quantity,
        returned_at,
        coalesce(
            flaw,
            {{ superseded(['order_id', 'line_number'], 'returned_at') }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_ecommerce__order_lines
