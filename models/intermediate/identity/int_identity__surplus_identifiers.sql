{{ config(materialized='view') }}
-- Grain: one client record or loyalty card of a customer who has a better one. A person
-- has one client record in each system and one card: one that stands in the system and
-- is not deleted, that hangs on the person by the stronger link, that changed last. The
-- others are listed here with the one that counts, to be merged or closed at the source.
with standing as (

    select
        'crm_customer' as identifier_type,
        source_system as identifier_system,
        customer_id as identifier_value,
        coalesce(deleted_at <= {{ as_of() }}, false) as is_deleted,
        updated_at as changed_at
    from {{ ref('stg_crm__customers') }}
    union all
    select
        'loyalty' as identifier_type,
        coalesce(source_system, '') as identifier_system,
        loyalty_id as identifier_value,
        false as is_deleted,
        joined_at as changed_at
    from {{ ref('stg_loyalty__members') }}

),

placed as (

    select
        customer_map.*,
        case customer_map.identifier_type
            when 'loyalty' then 'any' else customer_map.identifier_system
        end as place,
        case
            when standing.identifier_value is null then 3
            when standing.is_deleted then 2
            else 1
        end as standing_rank,
        standing.changed_at
    from {{ ref('int_identity__customer_map') }} as customer_map
    left join standing
        on customer_map.identifier_type = standing.identifier_type
        and customer_map.identifier_system = standing.identifier_system
        and customer_map.identifier_value = standing.identifier_value
    where customer_map.identifier_type in ('crm_customer', 'loyalty')

),

compared as (

    select
        placed.*,
        first_value(node_key) over (
            partition by customer_key, identifier_type, place
            order by
                standing_rank asc nulls last,
                case link_strength when 'strong' then 1 else 2 end asc nulls last,
                changed_at desc nulls last,
                node_key asc nulls last
        ) as kept_node_key
    from placed

),

int_identity__surplus_identifiers as (

    select
        node_key,
        customer_key,
        identifier_type,
        identifier_system,
        identifier_value,
        kept_node_key,
        case
            when standing_rank = 3 then 'not_in_its_system'
            when standing_rank = 2 then 'deleted'
            when identifier_type = 'loyalty' then 'second_card'
            else 'second_client_record'
        end as reason
    from compared
    where node_key <> kept_node_key

)

select * from int_identity__surplus_identifiers
