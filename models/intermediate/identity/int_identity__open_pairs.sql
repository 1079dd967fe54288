{{ config(materialized='view') }}
-- Grain: two client records that a steward should look at: probably one person's and not
-- joined, or sharing a telephone or mailbox though something contradicts. Pairs on which
-- a steward has decided and pairs of one customer are not here.
with scores as (

    select *
    from {{ ref('int_identity__match_scores') }}

),

client_records as (

    select
        node_key,
        customer_key,
        identifier_system as source_system,
        identifier_value as customer_id
    from {{ ref('int_identity__customer_map') }}
    where identifier_type = 'crm_customer'

),

decided as (

    select
        {{ node_key("'crm_customer'", 'left_source_system', 'left_customer_id') }}
            as one_node_key,
        {{ node_key("'crm_customer'", 'right_source_system', 'right_customer_id') }}
            as other_node_key
    from {{ ref('stg_stewardship__decisions') }}
    where decided_at <= {{ as_of() }}

),

decided_pairs as (

    select
        one_node_key as left_node_key,
        other_node_key as right_node_key
    from decided
    union distinct
    select
        other_node_key as left_node_key,
        one_node_key as right_node_key
    from decided

),

int_identity__open_pairs as (

    select
        one.source_system as left_source_system,
        one.customer_id as left_customer_id,
        one.customer_key as left_customer_key,
        other.source_system as right_source_system,
        other.customer_id as right_customer_id,
        other.customer_key as right_customer_key,
        case
            when not scores.is_contradicted then 'probable_duplicate'
            when scores.phone_level = 'exact' or scores.email_level = 'exact'
                then 'same_contact_other_name'
            else 'contradicting_records'
        end as reason,
        scores.probability,
        scores.match_weight,
        {{ match_in_words('agree') }} as agrees_in,
        {{ match_in_words('close') }} as is_close_in,
        {{ match_in_words('differ') }} as differs_in
    from scores
    inner join client_records as one
        on scores.left_node_key = one.node_key
    inner join client_records as other
        on scores.right_node_key = other.node_key
        and one.customer_key <> other.customer_key
    left join decided_pairs
        on scores.left_node_key = decided_pairs.left_node_key
        and scores.right_node_key = decided_pairs.right_node_key
    where decided_pairs.left_node_key is null

)

select * from int_identity__open_pairs
