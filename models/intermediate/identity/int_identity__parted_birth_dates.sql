{{ config(materialized='view') }}
-- Grain: one address and one birth date under which client records of two given names
-- stand. Twins, most likely: there the birth date says nothing about who is who. An
-- initial, a name cut short and given and family name in each other's place are the same
-- name; accents, case and the Latin spelling of one native name are no difference.
with claims as (

    select
        left_node_key as identifier_node_key,
        right_node_key as crm_node_key
    from {{ ref('int_identity__signals') }}
    where role = 'claim' and strength_rank < 3
    group by left_node_key, right_node_key

),

customers as (

    select
        {{ node_key("'crm_customer'", 'source_system', 'customer_id') }} as node_key,
        birth_date_key,
        {{ comparable_text('first_name') }} as given_name,
        {{ comparable_text('last_name') }} as family_name,
        native_name_key as native_name
    from {{ ref('stg_crm__customers') }}
    where
        coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}
        and birth_date_key is not null

),

named as (

    select
        claims.identifier_node_key,
        customers.*
    from claims
    inner join customers
        on claims.crm_node_key = customers.node_key

),

compared as (

    select
        one.identifier_node_key,
        one.birth_date_key,
        {{ match_level('given_name') }} as given_name_level,
        one.native_name <> other.native_name as is_other_native_name
    from named as one
    inner join named as other
        on one.identifier_node_key = other.identifier_node_key
        and one.birth_date_key = other.birth_date_key
        and one.node_key < other.node_key

),

int_identity__parted_birth_dates as (

    select
        identifier_node_key,
        birth_date_key
    from compared
    where
        given_name_level not in ('exact', 'swapped', 'begins')
        or is_other_native_name
    group by identifier_node_key, birth_date_key

)

select * from int_identity__parted_birth_dates
