-- Grain: one piece of evidence that two identifiers are one person's, folded over its
-- repetitions. role 'attach': a record is the person's whom its best identifier names
-- (client id, else loyalty id, else e-mail, else buyer id); a record names one person
-- and never joins two. role 'claim': a record names a client id and an address; only
-- claims can bring client records together, and int_identity__links decides which do.
with records as (

    select *
    from {{ ref('int_identity__records') }}

),

link_strengths as (

    select
        signal_kind,
        strength,
        strength_rank
    from {{ ref('link_strengths') }}

),

attachments as (

    select
        'attach' as role,
        {{ node_key('record_type', 'record_system', 'record_id') }} as left_node_key,
        case
            when customer_id is not null and record_type <> 'crm_customer'
                then {{ node_key("'crm_customer'", 'crm_system', 'customer_id') }}
            when record_type <> 'loyalty' and loyalty_id is not null
                then {{ node_key("'loyalty'", 'crm_system', 'loyalty_id') }}
            when reconciliation_key is not null
                then {{ node_key("'email'", "''", 'reconciliation_key') }}
            when buyer_id is not null
                then {{ node_key("'marketplace_buyer'", 'record_system', 'buyer_id') }}
        end as right_node_key,
        case
            when customer_id is not null then 'customer_id'
            when record_type <> 'loyalty' and loyalty_id is not null then 'loyalty_id'
            when reconciliation_key is not null then 'email'
            else 'buyer_id'
        end as linked_by,
        first_seen_at,
        last_seen_at
    from records
    where record_id is not null and record_type <> 'crm_customer'

),

claims as (

    select
        'claim' as role,
        {{ node_key("'email'", "''", 'reconciliation_key') }} as left_node_key,
        {{ node_key("'crm_customer'", 'crm_system', 'customer_id') }} as right_node_key,
        signal_kind as linked_by,
        first_seen_at,
        last_seen_at
    from records
    where customer_id is not null and reconciliation_key is not null
    union all
    select
        'phone_claim' as role,
        {{ node_key("'phone'", "''", 'phone_key') }} as left_node_key,
        {{ node_key("'crm_customer'", 'crm_system', 'customer_id') }} as right_node_key,
        signal_kind as linked_by,
        first_seen_at,
        last_seen_at
    from records
    where customer_id is not null and phone_key is not null

),

evidence as (

    select * from attachments
    union all
    select * from claims

),

int_identity__signals as (

    select
        evidence.role,
        evidence.left_node_key,
        evidence.right_node_key,
        evidence.linked_by,
        min(case
            when evidence.linked_by in ('customer_id', 'loyalty_id', 'buyer_id')
                then 'strong'
            else coalesce(link_strengths.strength, 'medium')
        end) as strength,
        min(case
            when evidence.linked_by in ('customer_id', 'loyalty_id', 'buyer_id')
                then 1
            else coalesce(link_strengths.strength_rank, 2)
        end) as strength_rank,
        count(*) as signal_count,
        min(evidence.first_seen_at) as first_seen_at,
        max(evidence.last_seen_at) as last_seen_at
    from evidence
    left join link_strengths
        on evidence.linked_by = link_strengths.signal_kind
    where evidence.right_node_key is not null
    group by
        evidence.role,
        evidence.left_node_key,
        evidence.right_node_key,
        evidence.linked_by

)

select * from int_identity__signals
