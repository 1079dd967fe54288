-- Grain: one landed hit of a session part that stands, its addresses and labels scrubbed; raw ones
-- end here, numbers and flags are still text. Part of the statement that reads it.
{{ config(materialized='ephemeral') }}

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
        {{ scrub('bare_option') }} as checkout_option,
        {{ scrub_email('bare_transaction_id') }} as transaction_id,
        {{ scrub('bare_coupon') }} as coupon_code
    from labelled

),

base_ga360__scrubbed_hits as (

    select
        session_part_key,
        report_date,
        property,
        visit_start_time,
        view_currency_code,
        _file,
        _line,
        is_repeated,
        raw_hit_seq,
        raw_millis,
        raw_hit_type,
        raw_is_interaction,
        has_event,
        page_host,
        clean_path || coalesce('?' || clean_query, '') as page_path,
        page_title,
        referrer_host,
        event_category,
        event_action,
        event_label,
        action_code,
        raw_checkout_step,
        checkout_option,
        transaction_id,
        raw_transaction_revenue,
        raw_local_revenue,
        raw_transaction_tax,
        raw_transaction_shipping,
        raw_refund_amount,
        raw_currency,
        coupon_code,
        raw_is_promotion_click,
        products,
        promotions,
        custom_dimensions,
        {{ counted_where([
            'bare_path <> clean_path', 'bare_query <> clean_query', 'bare_title <> page_title',
            'bare_referrer <> referrer_host', 'bare_category <> event_category',
            'bare_action <> event_action', 'bare_label <> event_label',
            'bare_option <> checkout_option', 'bare_transaction_id <> transaction_id',
            'bare_coupon <> coupon_code',
        ]) }} as scrubbed_field_count
    from scrubbed

)

select * from base_ga360__scrubbed_hits
