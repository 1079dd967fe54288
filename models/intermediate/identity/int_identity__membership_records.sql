-- Grain: one standing record that names a person: client, loyalty member, app install,
-- or newsletter address. A record that carries two identifiers is evidence that both
-- are one person's. Newsletter events are folded by address: a thousand sendings say no
-- more than one.
with customers as (

    select
        'crm_customer' as record_type,
        source_system as record_system,
        customer_id as record_id,
        'crm_record' as signal_kind,
        source_system as crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        phone_key,
        created_at as first_seen_at,
        created_at as last_seen_at
    from {{ ref('stg_crm__customers') }}
    where coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}

),

members as (

    select
        'loyalty' as record_type,
        source_system as record_system,
        loyalty_id as record_id,
        'loyalty' as signal_kind,
        source_system as crm_system,
        customer_id,
        loyalty_id,
        reconciliation_key,
        cast(null as string) as phone_key,
        joined_at as first_seen_at,
        joined_at as last_seen_at
    from {{ ref('stg_loyalty__members') }}
    where coalesce(joined_at, {{ as_of() }}) <= {{ as_of() }}

),

installs as (

    select
        'app_instance' as record_type,
        'app' as record_system,
        app_instance_id as record_id,
        'app_install' as signal_kind,
        source_system as crm_system,
        customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as phone_key,
        first_opened_at as first_seen_at,
        case
            when last_seen_at <= {{ as_of() }} then last_seen_at
            else first_opened_at
        end as last_seen_at
    from {{ ref('stg_app__installs') }}
    where coalesce(first_opened_at, {{ as_of() }}) <= {{ as_of() }}

),

subscriptions as (

    select
        'newsletter' as record_type,
        cast(null as string) as record_system,
        cast(null as string) as record_id,
        'newsletter' as signal_kind,
        cast(null as string) as crm_system,
        cast(null as string) as customer_id,
        cast(null as string) as loyalty_id,
        reconciliation_key,
        cast(null as string) as phone_key,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from {{ ref('stg_newsletter__events') }}
    where reconciliation_key is not null and occurred_at <= {{ as_of() }}
    group by reconciliation_key

),

int_identity__membership_records as (

    select * from customers
    union all
    select * from members
    union all
    select * from installs
    union all
    select * from subscriptions

)

select * from int_identity__membership_records
