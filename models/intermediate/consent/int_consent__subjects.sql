-- Grain: one subject of a consent statement, one customer it speaks for and the part of
-- the customer it belongs to. is_certain: it is theirs alone, and of a part that has a
-- say; only then its grants count. A mailbox, number or device of several people speaks
-- for none of them when it grants and for each when it refuses; so does an id that came
-- without the system that issued it. speaker_count: how many rows the customer has.
with subjects as (

    select
        subject_type,
        subject_system,
        subject_key,
        {{ node_key('subject_type', 'subject_system', 'subject_key') }} as node_key
    from {{ ref('int_consent__ledger') }}
    group by subject_type, subject_system, subject_key

),

identifiers as (

    select * from {{ ref('int_consent__identifiers') }}

),

parts as (

    select * from {{ ref('int_consent__parts') }}

),

claims as (

    select
        signals.left_node_key as node_key,
        customer_map.customer_key
    from {{ ref('int_identity__signals') }} as signals
    inner join {{ ref('int_identity__customer_map') }} as customer_map
        on signals.right_node_key = customer_map.node_key
    where signals.role in ('claim', 'phone_claim')
    union distinct
    select
        {{ node_key("'web_visitor'", 'visitors.property', 'visitors.visitor_id') }},
        session_people.customer_key
    from {{ ref('int_identity__session_people') }} as session_people
    inner join {{ ref('int_identity__visitors') }} as visitors
        on session_people.visitor_key = visitors.visitor_key
    where session_people.customer_key is not null and not visitors.is_store_device

),

placed as (

    select
        subjects.*,
        identifiers.customer_key,
        parts.part_key,
        parts.part_count
    from subjects
    inner join identifiers
        on subjects.subject_type = identifiers.identifier_type
        and subjects.subject_system = identifiers.identifier_system
        and subjects.subject_key = identifiers.identifier_value
    left join parts
        on identifiers.customer_key = parts.customer_key
        and identifiers.part_key = parts.part_key

),

unplaced as (

    select subjects.*
    from subjects
    left join placed on subjects.node_key = placed.node_key
    where placed.node_key is null

),

possible as (

    select
        unplaced.*,
        claims.customer_key
    from unplaced
    inner join claims
        on unplaced.node_key = claims.node_key
    union distinct
    select
        unplaced.*,
        identifiers.customer_key
    from unplaced
    inner join identifiers
        on unplaced.subject_key = identifiers.identifier_value
        and (
            unplaced.subject_type = identifiers.identifier_type
            or (unplaced.subject_type = 'web_user' and identifiers.identifier_type = 'crm_customer')
        )

),

-- Only parts without a say can leave a subject with two rows alike.
known as (

    select placed.*, true as is_certain from placed where part_key is not null
    union all
    select distinct placed.*, false as is_certain from placed where part_key is null
    union all
    select
        possible.*, cast(null as string) as part_key, cast(null as int64) as part_count,
        false as is_certain
    from possible

),

int_consent__subjects as (

    select known.*, count(*) over (partition by customer_key) as speaker_count
    from known

)

select * from int_consent__subjects
