-- Each fact of each source is one touchpoint of its kind, and each touchpoint comes from
-- such a fact. Facts are read from staging here, past the models that make touchpoints.
with facts as (

    select
        case when is_return then 'boutique_return' else 'boutique_purchase' end as kind,
        transaction_id as source_id
    from {{ ref('stg_pos__transactions') }}
    where sold_at <= {{ as_of() }}

    union all

    select
        case
            when status = 'cancelled' then 'online_order_cancelled'
            else 'online_order'
        end as kind,
        order_id as source_id
    from {{ ref('stg_ecommerce__orders') }}
    where ordered_at <= {{ as_of() }}

    union all

    select
        'online_return' as kind,
        order_lines.order_id || '/' || cast(order_lines.line_number as string) as source_id
    from {{ ref('stg_ecommerce__order_lines') }} as order_lines
    inner join {{ ref('stg_ecommerce__orders') }} as orders
        on order_lines.order_id = orders.order_id
    where order_lines.returned_quantity > 0
        and orders.ordered_at <= {{ as_of() }}
        and coalesce(orders.status, '') <> 'cancelled'
        and coalesce(order_lines.returned_at, orders.ordered_at) <= {{ as_of() }}

    union all

    select
        'marketplace_order' as kind,
        marketplace || '/' || order_id as source_id
    from {{ ref('stg_marketplace__orders') }}
    where ordered_at <= {{ as_of() }}

    union all

    select
        'service_case_opened' as kind,
        case_id as source_id
    from {{ ref('stg_service__cases') }}
    where opened_at <= {{ as_of() }}

    union all

    select
        'service_case_closed' as kind,
        case_id as source_id
    from {{ ref('stg_service__cases') }}
    where closed_at <= {{ as_of() }}

    union all

    select
        'newsletter_' || event_type as kind,
        newsletter_event_id as source_id
    from {{ ref('stg_newsletter__events') }}
    where event_type in ('subscribe', 'unsubscribe', 'opened', 'clicked')
        and occurred_at <= {{ as_of() }}

    union all

    select
        'app_first_open' as kind,
        app_instance_id as source_id
    from {{ ref('stg_app__installs') }}
    where first_opened_at <= {{ as_of() }}

    union all

    select
        case
            when status in ('checked_in', 'completed') then 'appointment_visit'
            else 'appointment_' || status
        end as kind,
        appointment_id as source_id
    from {{ ref('stg_appointments__appointment_events') }}
    where status in ('booked', 'cancelled', 'checked_in', 'completed')
        and recorded_at <= {{ as_of() }}
    group by 1, 2

    union all

    select
        'visit' as kind,
        session_key as source_id
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and counts_as_session
        and not is_excluded

),

counted as (

    select
        case
            when touchpoint_type in ('web_visit', 'boutique_tablet_visit') then 'visit'
            else touchpoint_type
        end as kind,
        source_id,
        count(*) as touchpoint_count
    from {{ ref('touchpoints') }}
    where touchpoint_type not in (
        'account_created', 'wish_list', 'store_locator', 'web_purchase',
        'appointment_no_show'
    )
    group by 1, 2

)

select
    coalesce(facts.kind, counted.kind) as kind,
    coalesce(facts.source_id, counted.source_id) as source_id,
    counted.touchpoint_count
from facts
full outer join counted
    on facts.kind = counted.kind
    and facts.source_id = counted.source_id
where counted.touchpoint_count is distinct from 1
    or facts.kind is null
