-- Grain: one identifier that links nobody, with the reason. It keeps its place in the
-- sources; it is listed under no client, and a session that knows nothing else is
-- nobody's.
with staff_emails as (

    select {{ node_key("'email'", "''", 'staff_key') }} as node_key
    from {{ ref('stg_crm__advisors') }}
    where staff_key is not null
    group by staff_key
    union distinct
    select {{ node_key("'email'", "''", 'aliases.other_value') }} as node_key
    from {{ ref('stg_crm__advisors') }} as advisors
    inner join {{ ref('key_aliases') }} as aliases
        on advisors.staff_key = aliases.identifier_value

),

emails_of_several as (

    select email_node_key as node_key
    from {{ ref('int_identity__email_claims') }}
    where is_named and is_upheld
    group by email_node_key
    having count(*) > 1

),

reasons as (

    select node_key, 'staff' as reason
    from staff_emails
    union all
    select node_key, 'several_people' as reason
    from emails_of_several
    union all
    select
        {{ node_key("'email'", "''", 'reconciliation_key') }} as node_key,
        'spells_another' as reason
    from {{ ref('borrowed_emails') }}
    union all
    select node_key, reason
    from {{ ref('int_identity__fan_outs') }}

),

int_identity__shared_identifiers as (

    select
        nodes.node_key,
        nodes.identifier_type,
        nodes.identifier_system,
        nodes.identifier_value,
        min(reasons.reason) as reason,
        string_agg(reasons.reason, ', ' order by reasons.reason) as reasons
    from reasons
    inner join {{ ref('int_identity__nodes') }} as nodes
        on reasons.node_key = nodes.node_key
    group by
        nodes.node_key,
        nodes.identifier_type,
        nodes.identifier_system,
        nodes.identifier_value

)

select * from int_identity__shared_identifiers
