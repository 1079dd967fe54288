-- Grain: one subject of a consent event and one customer it speaks for. is_certain: the
-- subject is that customer's alone. A mailbox or number that several people use speaks
-- for none of them when it grants and for each of them when it refuses; so does an id
-- that came without the system that issued it.
with events as (

    select
        case subject_type when 'email_sha256' then 'email' else subject_type end
            as subject_type,
        case
            when subject_type in ('email', 'email_sha256', 'phone') then ''
            else coalesce(source_system, '')
        end as subject_system,
        subject_key
    from {{ ref('stg_consent__consent_events') }}
    where subject_key is not null

),

subjects as (

    select
        subject_type,
        subject_system,
        subject_key,
        {{ node_key('subject_type', 'subject_system', 'subject_key') }} as node_key
    from events
    group by subject_type, subject_system, subject_key

),

identifiers as (

    select
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value
    from {{ ref('int_consent__identifiers') }}

),

claims as (

    select
        signals.left_node_key as node_key,
        customer_map.customer_key
    from {{ ref('int_identity__signals') }} as signals
    inner join {{ ref('int_identity__customer_map') }} as customer_map
        on signals.right_node_key = customer_map.node_key
    where signals.role in ('claim', 'phone_claim')

),

certain as (

    select
        subjects.node_key,
        identifiers.customer_key
    from subjects
    inner join identifiers
        on subjects.subject_type = identifiers.identifier_type
        and subjects.subject_system = identifiers.identifier_system
        and subjects.subject_key = identifiers.identifier_value

),

unplaced as (

    select subjects.*
    from subjects
    left join certain
        on subjects.node_key = certain.node_key
    where certain.node_key is null

),

possible as (

    select
        unplaced.node_key,
        claims.customer_key
    from unplaced
    inner join claims
        on unplaced.node_key = claims.node_key
    union distinct
    select
        unplaced.node_key,
        identifiers.customer_key
    from unplaced
    inner join identifiers
        on unplaced.subject_key = identifiers.identifier_value
        and (
            unplaced.subject_type = identifiers.identifier_type
            or (
                unplaced.subject_type = 'web_user'
                and identifiers.identifier_type = 'crm_customer'
            )
        )

),

int_consent__subjects as (

    select node_key, customer_key, true as is_certain from certain
    union all
    select node_key, customer_key, false as is_certain from possible

)

select * from int_consent__subjects
