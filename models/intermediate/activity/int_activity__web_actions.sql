{{ config(materialized='view') }}
-- Grain: one telling act on the site: an account opened (per hit, known e-mail or not), a
-- piece wish-listed (per session, day and piece), the store locator used (per session,
-- however often it was clicked). Done on a boutique's tablet, it was done in the boutique.
with sessions as (

    select
        session_key,
        source_system,
        channel,
        is_provisional
    from {{ ref('int_web__sessions') }}
    where arrived_at <= {{ as_of() }}
        and counts_as_session
        and not is_excluded

),

accounts as (

    select
        session_key,
        hit_key,
        occurred_at
    from {{ ref('int_web__events') }}
    where meaning = 'account_created'
        and arrived_at <= {{ as_of() }}

),

product_signals as (

    select
        signal_key,
        session_key,
        last_at
    from {{ ref('int_web__product_signals') }}
    where action = 'wish_list'
        and arrived_at <= {{ as_of() }}

),

boutique_sessions as (

    select
        session_key,
        store_id
    from {{ ref('int_activity__boutique_sessions') }}

),

store_locator_uses as (

    select
        session_key,
        occurred_at
    from {{ ref('int_activity__store_locator_uses') }}

),

acts as (

    select
        'account_created' as touchpoint_type,
        session_key,
        hit_key as source_id,
        occurred_at
    from accounts

    union all

    select
        'wish_list' as touchpoint_type,
        session_key,
        signal_key as source_id,
        last_at as occurred_at
    from product_signals

    union all

    select
        'store_locator' as touchpoint_type,
        session_key,
        session_key as source_id,
        occurred_at
    from store_locator_uses

),

int_activity__web_actions as (

    select
        {{ key(['acts.touchpoint_type', 'acts.source_id']) }} as touchpoint_key,
        acts.touchpoint_type,
        sessions.source_system,
        acts.source_id,
        acts.occurred_at,
        boutique_sessions.store_id,
        boutique_sessions.session_key is not null as is_in_boutique,
        sessions.channel as traffic_channel,
        acts.session_key,
        sessions.is_provisional
    from acts
    inner join sessions
        on acts.session_key = sessions.session_key
    left join boutique_sessions
        on acts.session_key = boutique_sessions.session_key

)

select * from int_activity__web_actions
