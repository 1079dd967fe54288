-- Grain: one key seen on a device by a sign-in, an account opened, an order, or an id
-- of the session. Newsletter forms stay out: anyone can type any address there, so they
-- say nothing about who holds the device. An id from a user-scope slot is called
-- user_id, not session_id: it stays on the device after its person has left. Known at
-- as_of only, and in sessions whose browsing may meet a person.
with sign_ins as (

    select
        sign_in_key,
        visitor_key,
        property,
        session_key,
        hit_key,
        occurred_at,
        meaning,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_web__sign_ins') }}
    where
        arrived_at <= {{ as_of() }}
        and identifier_value is not null
        and meaning in ('sign_in', 'account_created', 'order', 'session_id')

),

consented_sessions as (

    select session_key
    from {{ ref('int_web__sessions') }}
    where lane = 'consented'

),

visitors as (

    select
        visitor_key,
        is_store_device
    from {{ ref('int_identity__visitors') }}

),

lasting_slots as (

    select
        property,
        identifier_system
    from {{ ref('web_key_slots') }}
    where
        meaning = 'crm_customer'
        and slot_scope = 'user'
        and slot_index is not null
    group by property, identifier_system

),

int_identity__sign_ins as (

    select
        sign_ins.sign_in_key,
        sign_ins.visitor_key,
        sign_ins.session_key,
        sign_ins.hit_key,
        sign_ins.occurred_at,
        case
            when sign_ins.meaning = 'session_id' and lasting_slots.property is not null
                then 'user_id'
            else sign_ins.meaning
        end as meaning,
        sign_ins.identifier_type,
        coalesce(sign_ins.identifier_system, '') as identifier_system,
        sign_ins.identifier_value,
        {{ node_key(
            'sign_ins.identifier_type', 'sign_ins.identifier_system',
            'sign_ins.identifier_value'
        ) }} as node_key,
        coalesce(visitors.is_store_device, false) as is_store_device
    from sign_ins
    inner join consented_sessions
        on sign_ins.session_key = consented_sessions.session_key
    left join visitors
        on sign_ins.visitor_key = visitors.visitor_key
    left join lasting_slots
        on sign_ins.property = lasting_slots.property
        and sign_ins.identifier_system = lasting_slots.identifier_system

)

select * from int_identity__sign_ins
