-- Grain: one landed hit of a session part that stands, typed, scrubbed and judged. A hit
-- number that returns in one part is one hit told twice: the first stands. Products and
-- promotions stay nested, and raw, until a hit is known to stand.
{{ config(**by_day()) }}

with exported as (

    select
        row_id,
        hits
    from {{ ref('base_ga360__exported_sessions') }}
    where {{ in_days_to_build('report_date') }}

),

sessions as (

    select
        row_id,
        session_part_key,
        report_date,
        property,
        visit_start_time,
        view_currency_code,
        has_odd_hits,
        _file
    from {{ ref('base_ga360__sessions') }}
    where
        {{ in_days_to_build('report_date') }}
        and rejected_because is null

),

session_hits as (

    select
        sessions.session_part_key,
        sessions.report_date,
        sessions.property,
        sessions.visit_start_time,
        sessions.view_currency_code,
        sessions.has_odd_hits,
        sessions._file,
        exported.hits
    from exported
    inner join sessions on exported.row_id = sessions.row_id

),

sound_hits as (

    select
        session_hits.session_part_key,
        session_hits.report_date,
        session_hits.property,
        session_hits.visit_start_time,
        session_hits.view_currency_code,
        session_hits._file,
        1 as occurrence,
        hit
    from session_hits
    cross join {{ unnest_rows('session_hits.hits', 'hit') }}
    where not session_hits.has_odd_hits

),

odd_hits as (

    select
        session_hits.session_part_key,
        session_hits.report_date,
        session_hits.property,
        session_hits.visit_start_time,
        session_hits.view_currency_code,
        session_hits._file,
        row_number() over (
            partition by session_hits.session_part_key, {{ to_int('hit.hitNumber') }}
            order by hit_offset asc nulls last
        ) as occurrence,
        hit
    from session_hits
    cross join {{ unnest_numbered('session_hits.hits', 'hit') }}
    where session_hits.has_odd_hits

),

all_hits as (

    select * from sound_hits
    union all
    select * from odd_hits

),

parameters as (

    select
        '(?:^|&)((?:' || string_agg(parameter, '|' order by parameter) || ')=[^&]*)'
            as kept_pattern
    from {{ ref('web_query_parameters') }}

),

labelled as (

    select
        all_hits.*,
        {{ to_int('hit.hitNumber') }} as hit_seq,
        {{ read_hit_millis('hit.time') }} as hit_millis,
        lower({{ not_set('hit.page.hostname') }}) as page_host,
        {{ regexp_extract_group('hit.page.pagePath', "'^([^?#]*)'") }} as bare_path,
        case
            when strpos(hit.page.pagePath, '?') > 0 then {{ matches_joined(
                regexp_extract_group('hit.page.pagePath', "'[?]([^#]*)'"),
                'parameters.kept_pattern'
            ) }}
        end as kept_query,
        {{ not_set('hit.page.pageTitle') }} as bare_title,
        {{ host_of('hit.referer') }} as bare_referrer,
        {{ not_set('hit.eventInfo.eventCategory') }} as bare_category,
        {{ not_set('hit.eventInfo.eventAction') }} as bare_action,
        {{ not_set('hit.eventInfo.eventLabel') }} as bare_label,
        {{ not_set('hit.transaction.transactionId') }} as bare_transaction_id
    from all_hits
    cross join parameters

),

scrubbed as (

    select
        labelled.*,
        {{ scrub('bare_path') }} as clean_path,
        {{ scrub('kept_query') }} as clean_query,
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
        hit.type as raw_hit_type,
        hit.eventInfo is not null as has_event,
        coalesce({{ to_bool('hit.isInteraction') }}, false) as is_interaction,
        page_host,
        clean_path || coalesce('?' || clean_query, '') as page_path,
        page_title,
        referrer_host,
        event_category,
        event_action,
        event_label,
        hit.eCommerceAction.action_type as action_code,
        {{ to_int('hit.eCommerceAction.step') }} as checkout_step,
        {{ scrub(not_set('hit.eCommerceAction.option')) }} as checkout_option,
        transaction_id,
        {{ money_from_micros('hit.transaction.transactionRevenue') }} as transaction_revenue,
        {{ money_from_micros('hit.transaction.transactionTax') }} as transaction_tax,
        {{ money_from_micros('hit.transaction.transactionShipping') }} as transaction_shipping,
        {{ money_from_micros('hit.refund.refundAmount') }} as refund_amount,
        case
            when hit.transaction.localTransactionRevenue <> hit.transaction.transactionRevenue
                then view_currency_code
            else {{ not_set('hit.transaction.currencyCode') }}
        end as currency_code,
        {{ scrub(not_set('hit.transaction.transactionCoupon')) }} as coupon_code,
        coalesce({{ to_bool('hit.promotionActionInfo.promoIsClick') }}, false)
            as is_promotion_click,
        {{ array_length_of('hit.product') }} as product_count,
        {{ array_count_where(
            'hit.product', 'product', to_bool('product.isImpression')
        ) }} as impression_count,
        {{ array_length_of('hit.promotion') }} as promotion_count,
        hit.product as products,
        hit.promotion as promotions,
        hit.customDimensions as custom_dimensions,
        {{ counted_where([
            'bare_path <> clean_path', 'kept_query <> clean_query', 'bare_title <> page_title',
            'bare_referrer <> referrer_host', 'bare_category <> event_category',
            'bare_action <> event_action', 'bare_label <> event_label',
            'bare_transaction_id <> transaction_id',
        ]) }} as scrubbed_field_count,
        case
            when hit_seq is null then 'hit_number_unreadable'
            when hit_millis is null then 'hit_time_unreadable'
            when occurrence > 1 then 'duplicate_hit_number'
        end as rejected_because,
        {{ unreadable_fields({
            'hit.transaction.transactionRevenue':
                money_from_micros('hit.transaction.transactionRevenue'),
            'hit.transaction.transactionTax':
                money_from_micros('hit.transaction.transactionTax'),
            'hit.transaction.transactionShipping':
                money_from_micros('hit.transaction.transactionShipping'),
            'hit.refund.refundAmount': money_from_micros('hit.refund.refundAmount'),
        }) }} as unreadable_fields,
        _file,
        cast(null as int64) as _line
    from scrubbed

)

select * from base_ga360__hits
