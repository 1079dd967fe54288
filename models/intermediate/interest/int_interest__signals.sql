-- Grain: one act of a client on a product of the site, on a day. Only sessions that are
-- the client's own count, and not those a weak link gave them: a browser whose owner is
-- a guess unlocks nothing. On a device of several, what was looked at before the sign-in or
-- after the sign-out is another's. Acts after as_of, or not arrived by then, do not exist.
with clients as (

    select customer_key
    from {{ ref('int_interest__clients') }}

),

product_signals as (

    select
        session_key,
        report_date,
        first_at,
        last_at,
        product_id,
        action,
        signal_count,
        is_provisional
    from {{ ref('int_web__product_signals') }}
    where arrived_at <= {{ as_of() }}
        and last_at <= {{ as_of() }}

),

session_owners as (

    select
        session_key,
        customer_key,
        owned_from,
        owned_until
    from {{ ref('int_consent__allowed_clienteling') }}
    where link_strength in ('strong', 'medium')

),

sessions as (

    select session_key
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and not is_excluded

),

int_interest__signals as (

    select
        clients.customer_key,
        product_signals.product_id as site_product_id,
        product_signals.report_date as acted_on,
        product_signals.action,
        sum(product_signals.signal_count) as signal_count,
        {{ any_true('product_signals.is_provisional') }} as is_provisional
    from product_signals
    inner join session_owners
        on product_signals.session_key = session_owners.session_key
        and product_signals.first_at >= session_owners.owned_from
        and product_signals.last_at <= session_owners.owned_until
    inner join clients
        on session_owners.customer_key = clients.customer_key
    inner join sessions
        on product_signals.session_key = sessions.session_key
    group by
        clients.customer_key,
        product_signals.product_id,
        product_signals.report_date,
        product_signals.action

)

select * from int_interest__signals
