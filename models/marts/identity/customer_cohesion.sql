-- Grain: one customer. How firmly the identifiers hold together, in measures that are
-- exact. Numbers and devices are left out: they make nobody. An order or a receipt that
-- hangs on an address by medium evidence is a part of its own here, but none that would
-- split a client; strong_client_part_count counts parts with a client record.
with customer_map as (

    select
        node_key,
        customer_key,
        identifier_type
    from {{ ref('int_identity__customer_map') }}
    where identifier_type <> 'phone'

),

strong_components as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__strong_components') }}

),

customer_evidence as (

    select
        customer_key,
        {{ key([
            'left_type', 'left_system', 'left_value',
            'right_type', 'right_system', 'right_value'
        ]) }} as pair_key,
        evidence_rank
    from {{ ref('customer_evidence') }}
    where is_joining

),

parts as (

    select
        customer_map.customer_key,
        count(*) as identifier_count,
        count(case when customer_map.identifier_type = 'crm_customer' then 1 end)
            as crm_record_count,
        count(distinct strong_components.component_key) as strong_part_count,
        count(distinct case
            when customer_map.identifier_type = 'crm_customer'
                then strong_components.component_key
        end) as strong_client_part_count
    from customer_map
    inner join strong_components
        on customer_map.node_key = strong_components.node_key
    group by customer_map.customer_key

),

evidence as (

    select
        customer_key,
        count(*) as evidence_count,
        count(distinct pair_key) as link_count,
        count(case when evidence_rank = 1 then 1 end) as strong_evidence_count,
        count(case when evidence_rank = 2 then 1 end) as medium_evidence_count,
        count(case when evidence_rank = 3 then 1 end) as presumed_evidence_count
    from customer_evidence
    group by customer_key

),

customer_cohesion as (

    select
        parts.customer_key,
        case
            when parts.identifier_count = 1 then 'single'
            when parts.strong_part_count = 1 then 'strong'
            else 'medium'
        end as held_by,
        parts.identifier_count,
        parts.crm_record_count,
        coalesce(evidence.evidence_count, 0) as evidence_count,
        coalesce(evidence.strong_evidence_count, 0) as strong_evidence_count,
        coalesce(evidence.medium_evidence_count, 0) as medium_evidence_count,
        coalesce(evidence.presumed_evidence_count, 0) as presumed_evidence_count,
        coalesce(evidence.link_count, 0) as link_count,
        coalesce(evidence.link_count, 0) - (parts.identifier_count - 1)
            as spare_link_count,
        parts.strong_part_count,
        parts.strong_client_part_count,
        parts.strong_client_part_count > 1 as is_split_without_medium
    from parts
    left join evidence
        on parts.customer_key = evidence.customer_key

)

select * from customer_cohesion
