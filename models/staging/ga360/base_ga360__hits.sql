-- Grain: one landed hit of a session part that stands, typed, scrubbed and judged. Raw
-- addresses and labels end here. Products, promotions and slots stay nested, and raw, for
-- the models that unfold them.
{{ config(**by_day()) }}

with flat_hits as (

    select * from {{ ref('base_ga360__landed_hits') }}

),

parameters as (

    select array_agg(parameter order by parameter) as names
    from {{ ref('web_query_parameters') }}

),

labelled as (

    select
        flat_hits.*,
        {{ to_int('raw_hit_seq') }} as hit_seq,
        {{ read_hit_millis('raw_millis') }} as hit_millis,
        {{ lower_case(not_set('raw_host')) }} as page_host,
        {{ regexp_extract_group('raw_path', "'^([^?#]*)'") }} as bare_path,
        {{ kept_parameters(
            regexp_extract_group('raw_path', "'[?]([^#]*)'"), 'parameters.names'
        ) }} as bare_query,
        {{ not_set('raw_title') }} as bare_title,
        {{ host_of('raw_referer') }} as bare_referrer,
        {{ not_set('raw_category') }} as bare_category,
        {{ not_set('raw_action') }} as bare_action,
        {{ not_set('raw_label') }} as bare_label,
        {{ not_set('raw_option') }} as bare_option,
        {{ not_set('raw_coupon') }} as bare_coupon,
        {{ not_set('raw_transaction_id') }} as bare_transaction_id
    from flat_hits
    cross join parameters

),

scrubbed as (

    select
        labelled.*,
        {{ scrub('bare_path') }} as clean_path,
        {{ scrub('bare_query') }} as clean_query,
        {{ scrub('bare_title') }} as page_title,
        {{ scrub_email('bare_referrer') }} as referrer_host,
        {{ scrub('bare_category') }} as event_category,
        {{ scrub('bare_action') }} as event_action,
        {{ scrub('bare_label') }} as event_label,
        {{ scrub_email('bare_transaction_id') }} as transaction_id
    from labelled

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
        clean_path || coalesce('?' || clean_query, '') as page_path,
        page_title,
        referrer_host,
        event_category,
        event_action,
        event_label,
        action_code,
        {{ to_int('raw_step') }} as checkout_step,
        {{ scrub('bare_option') }} as checkout_option,
        transaction_id,
        {{ money_from_micros('raw_revenue') }} as transaction_revenue,
        {{ money_from_micros('raw_tax') }} as transaction_tax,
        {{ money_from_micros('raw_shipping') }} as transaction_shipping,
        {{ money_from_micros('raw_refund') }} as refund_amount,
        case
            when raw_local_revenue <> raw_revenue
                then view_currency_code
            else {{ not_set('raw_currency') }}
        end as currency_code,
        {{ scrub('bare_coupon') }} as coupon_code,
        coalesce({{ to_bool('raw_promo_click') }}, false) as is_promotion_click,
        {{ array_length_of('products') }} as product_count,
        {{ array_count_where('products', 'product', is_impression('product')) }}
            as impression_count,
        {{ array_length_of('promotions') }} as promotion_count,
        products,
        promotions,
        custom_dimensions,
        {{ counted_where([
            'bare_path <> clean_path', 'bare_query <> clean_query', 'bare_title <> page_title',
            'bare_referrer <> referrer_host', 'bare_category <> event_category',
            'bare_action <> event_action', 'bare_label <> event_label',
            'bare_transaction_id <> transaction_id',
        ]) }} as scrubbed_field_count,
        case
            when hit_seq is null then 'hit_number_unreadable'
            when hit_millis is null then 'hit_time_unreadable'
            when is_repeated then 'duplicate_hit_number'
        end as rejected_because,
        {{ unreadable_micros(['raw_revenue', 'raw_tax', 'raw_shipping', 'raw_refund']) }}
            as unreadable_fields,
        _file,
        _line
    from scrubbed

)

select * from base_ga360__hits
