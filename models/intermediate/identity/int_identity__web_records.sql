-- Grain: one pair of client id and e-mail that the web saw together: on one hit, or in
-- one session that knows exactly one of each (the sign-in set the id). Boutique devices
-- give no pairs: there an advisor types, and the id of the client before may still
-- stand in the session.
with sign_ins as (

    select
        session_key,
        hit_key,
        occurred_at,
        meaning,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_identity__sign_ins') }}
    where not is_store_device

),

places as (

    select
        hit_key as place_key,
        case meaning
            when 'sign_in' then 'login'
            when 'account_created' then 'account_creation'
            else 'web_order'
        end as signal_kind,
        identifier_type,
        identifier_system,
        identifier_value,
        occurred_at
    from sign_ins
    where hit_key is not null and meaning in ('sign_in', 'account_created', 'order')
    union all
    select
        session_key as place_key,
        'web_session' as signal_kind,
        identifier_type,
        identifier_system,
        identifier_value,
        occurred_at
    from sign_ins
    where
        (
            meaning in ('session_id', 'user_id')
            and identifier_type = 'crm_customer'
        )
        or (
            meaning in ('sign_in', 'account_created') and identifier_type = 'email'
        )

),

pairs as (

    select
        place_key,
        signal_kind,
        min(
            case when identifier_type = 'crm_customer' then identifier_system end
        ) as crm_system,
        min(
            case when identifier_type = 'crm_customer' then identifier_value end
        ) as customer_id,
        min(
            case when identifier_type = 'email' then identifier_value end
        ) as reconciliation_key,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from places
    group by place_key, signal_kind
    having
        count(distinct case
            when identifier_type = 'crm_customer'
                then identifier_system || '/' || identifier_value
        end) = 1
        and count(distinct case
            when identifier_type = 'email' then identifier_value
        end) = 1

),

int_identity__web_records as (

    select
        signal_kind,
        crm_system,
        customer_id,
        reconciliation_key,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from pairs
    group by signal_kind, crm_system, customer_id, reconciliation_key

)

select * from int_identity__web_records
