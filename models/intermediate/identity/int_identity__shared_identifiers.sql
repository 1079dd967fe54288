-- Grain: one identifier that links nobody, with the reason. It keeps its place in the
-- sources; it is listed under no client, and a session that knows nothing else is
-- nobody's. A mailbox that spells another client of the same family name (her record,
-- his address) is as little hers as one that both records hold: a card or an app that
-- names the address alone may be either's.
with staff_emails as (

    select {{ node_key("'email'", "''", 'staff_key') }} as node_key
    from {{ ref('stg_crm__advisors') }}
    where staff_key is not null
    group by staff_key

),

emails_of_several as (

    select email_node_key as node_key
    from {{ ref('int_identity__email_claims') }}
    where is_named and is_upheld
    group by email_node_key
    having count(*) > 1

),

evidence as (

    select
        node_key,
        given_name,
        family_name,
        {{ regexp_replace_all('mailbox', "'[0-9]+$'", "''") }} as spelling
    from {{ ref('match_evidence') }}
    where given_name is not null and family_name is not null

),

spellings as (

    select distinct
        given_name,
        family_name
    from evidence

),

borrowed_emails as (

    select distinct signals.left_node_key as node_key
    from evidence
    inner join spellings
        on evidence.family_name = spellings.family_name
        and evidence.spelling = spellings.given_name || spellings.family_name
    inner join {{ ref('int_identity__signals') }} as signals
        on evidence.node_key = signals.right_node_key
    where
        signals.linked_by = 'crm_record'
        and signals.role = 'claim'
        and strpos(evidence.spelling, evidence.given_name) = 0
        and not starts_with(evidence.given_name, spellings.given_name)

),

reasons as (

    select node_key, 'staff' as reason
    from staff_emails
    union all
    select node_key, 'several_people' as reason
    from emails_of_several
    union all
    select node_key, 'spells_another' as reason
    from borrowed_emails
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
