-- Grain: one appointment as known at as_of. Its log may arrive in any order: the last
-- recorded event gives the status, every other field is the last one that anybody
-- filled in, so that a bare "confirmed" forgets nothing.
{%- set fields = [
    'store_id', 'booked_via', 'motive', 'party_size', 'language',
    'starts_at', 'ends_at', 'advisor_id',
    'crm_source_system', 'crm_customer_id', 'reconciliation_key', 'phone_key',
] %}
with appointment_events as (

    select
        appointment_event_id,
        appointment_id,
        store_id,
        case when customer_id is not null then source_system end as crm_source_system,
        case when source_system is not null then customer_id end as crm_customer_id,
        reconciliation_key,
        phone_key,
        booked_via,
        motive,
        party_size,
        language,
        starts_at,
        ends_at,
        advisor_id,
        status,
        recorded_at
    from {{ ref('stg_appointments__appointment_events') }}
    where recorded_at <= {{ as_of() }}

),

stores as (

    select
        store_id,
        timezone
    from {{ ref('stg_catalog__stores') }}

),

filled as (

    select
        appointment_id,
        status,
        recorded_at as status_at,
        {%- for field in fields %}
        last_value({{ field }} ignore nulls) over (
            partition by appointment_id
            order by recorded_at asc nulls last, appointment_event_id asc nulls last
            rows between unbounded preceding and unbounded following
        ) as {{ field }},
        {%- endfor %}
        row_number() over (
            partition by appointment_id
            order by recorded_at desc nulls last, appointment_event_id desc nulls last
        ) as recency
    from appointment_events

),

int_appointments__current as (

    select
        filled.appointment_id,
        filled.status,
        filled.status_at,
        {%- for field in fields %}
        filled.{{ field }},
        {%- endfor %}
        stores.timezone,
        coalesce(
            filled.status in ('booked', 'confirmed', 'rescheduled')
            and filled.starts_at >= {{ as_of() }}, false
        ) as is_live
    from filled
    left join stores
        on filled.store_id = stores.store_id
    where filled.recency = 1

)

select * from int_appointments__current
