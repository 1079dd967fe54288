-- Grain: one landed hit of a session part that stands, typed, scrubbed and judged. Products,
-- promotions and slots stay nested, and raw, for the models that unfold them.
{{ config(**by_day()) }}

with scrubbed_hits as (

    select * from {{ ref('base_ga360__scrubbed_hits') }}

),

typed as (

    select
        scrubbed_hits.*,
        {{ to_int('raw_hit_seq') }} as hit_seq,
        {{ read_hit_millis('raw_millis') }} as hit_millis,
        case
            when raw_local_revenue <> raw_transaction_revenue then view_currency_code
            else {{ not_set('raw_currency') }}
        end as told_currency
    from scrubbed_hits

),

-- A site tells the currency with every hit; only where there is an amount does it matter.
paid as (

    select
        typed.*,
        case
            when raw_transaction_revenue is not null or raw_refund_amount is not null
                then told_currency
        end as raw_currency_code
    from typed

),

base_ga360__hits as (

    select
        {{ key(['session_part_key', 'hit_seq']) }} as hit_key,
        session_part_key,
        property,
        report_date,
        hit_seq,
        {{ timestamp_from_millis('visit_start_time * 1000 + hit_millis') }} as hit_at,
        raw_hit_type,
        has_event,
        coalesce({{ to_bool('raw_is_interaction') }}, false) as is_interaction,
        page_host,
        page_path,
        page_title,
        referrer_host,
        event_category,
        event_action,
        event_label,
        action_code,
        {{ to_int('raw_checkout_step') }} as checkout_step,
        checkout_option,
        transaction_id,
        {{ money_from_micros('raw_transaction_revenue') }} as transaction_revenue,
        {{ money_from_micros('raw_transaction_tax') }} as transaction_tax,
        {{ money_from_micros('raw_transaction_shipping') }} as transaction_shipping,
        {{ money_from_micros('raw_refund_amount') }} as refund_amount,
        {{ upper_code('told_currency') }} as currency_code,
        coupon_code,
        coalesce({{ to_bool('raw_is_promotion_click') }}, false) as is_promotion_click,
        {{ array_length_of('products') }} as product_count,
        {{ array_count_where('products', 'product', is_impression('product')) }}
            as impression_count,
        {{ array_length_of('promotions') }} as promotion_count,
        products,
        promotions,
        custom_dimensions,
        scrubbed_field_count,
        case
            when hit_seq is null then 'hit_number_unreadable'
            when hit_millis is null then 'hit_time_unreadable'
            when is_repeated then 'duplicate_hit_number'
        end as rejected_because,
        {{ unreadable_fields({
            'raw_is_interaction': to_bool('raw_is_interaction'),
            'action_code': "nullif(" ~ regexp_contains('action_code', "'^[0-8]$'") ~ ", false)",
            'raw_checkout_step': to_int('raw_checkout_step'),
            'raw_transaction_revenue': money_from_micros('raw_transaction_revenue'),
            'raw_transaction_tax': money_from_micros('raw_transaction_tax'),
            'raw_transaction_shipping': money_from_micros('raw_transaction_shipping'),
            'raw_refund_amount': money_from_micros('raw_refund_amount'),
            'raw_currency_code': known_currency('raw_currency_code'),
            'raw_is_promotion_click': to_bool('raw_is_promotion_click'),
        }) }} as unreadable_fields,
        _file,
        _line
    from paid

)

select * from base_ga360__hits
