-- Grain: one thing that befell a customer_key, with the key its person has today. An old
-- key is followed by its identifiers, not from alias to alias: so however often people
-- merge and part, it leads to one person, and never in a circle.
with key_changes as (

    select *
    from {{ ref('int_identity__key_changes') }}

),

customer_map as (

    select
        node_key,
        customer_key
    from {{ ref('int_identity__customer_map') }}

),

living_keys as (

    select customer_key
    from customer_map
    group by customer_key

),

last_identifiers as (

    select
        node_key,
        left_customer_key as customer_key
    from {{ ref('int_identity__key_ledger') }}
    where change in ('merged', 'gone', 'back')
    qualify build_number = max(build_number) over (partition by left_customer_key)

),

successors as (

    select
        last_identifiers.customer_key,
        customer_map.customer_key as current_customer_key
    from last_identifiers
    inner join customer_map
        on last_identifiers.node_key = customer_map.node_key
    group by last_identifiers.customer_key, customer_map.customer_key
    qualify row_number() over (
        partition by last_identifiers.customer_key
        order by count(*) desc nulls last, customer_map.customer_key asc nulls last
    ) = 1

),

customer_key_changes as (

    select
        key_changes.customer_key,
        key_changes.changed_at,
        key_changes.change,
        key_changes.other_customer_key,
        key_changes.why,
        key_changes.decision_id,
        coalesce(living_keys.customer_key, successors.current_customer_key)
            as current_customer_key,
        key_changes.build_number
    from key_changes
    left join living_keys
        on key_changes.customer_key = living_keys.customer_key
    left join successors
        on key_changes.customer_key = successors.customer_key

)

select * from customer_key_changes
