-- Grain: one landed row = one version of a line of a marketplace order, typed and
-- judged. Order ids are unique only within a marketplace.
{{ config(materialized='table') }}

with typed as (

    select
        {{ lower_case(clean_text('marketplace')) }} as marketplace,
        {{ clean_text('order_id') }} as order_id,
        {{ read_count('line_number') }} as line_number,
        {{ clean_text('sku') }} as sku,
        {{ read_count('quantity') }} as quantity,
        {{ read_amount('net_amount') }} as net_amount,
        {{ unreadable_fields({
            'quantity': read_count('quantity'),
            'net_amount': read_amount('net_amount'),
        }) }} as unreadable_fields,
        {{ key([
            'marketplace', 'order_id', 'line_number', 'sku', 'quantity', 'net_amount',
        ]) }} as record_key,
        _file,
        _line
    from {{ source('marketplace', 'order_lines') }}

),

judged as (

    select
        typed.*,
        case
            when marketplace is null or order_id is null then 'unusable_key'
            when line_number is null then 'unusable_line_number'
        end as flaw
    from typed

),

base_marketplace__order_lines as (

    select
        marketplace,
        order_id,
        line_number,
        sku,
        quantity,
        net_amount,
        coalesce(
            flaw,
            {{ superseded(['marketplace', 'order_id', 'line_number']) }}
        ) as rejected_because,
        unreadable_fields,
        _file,
        _line
    from judged

)

select * from base_marketplace__order_lines
