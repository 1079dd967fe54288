{{ config(materialized='incremental', full_refresh=false) }}
-- Grain: one change of the person an identifier is filed under. Rows are only added, by
-- --full-refresh too. A key stays with the part of its person whose client records bore
-- it first, then that has most of the old evidence. Who has several is called by the
-- eldest, who has none by their eldest record or, if that is another's name, by a new one.
with elders as (

    select * from {{ ref('int_identity__elders') }}

),

ledger as (

    {{ own_rows(['build_number int64', 'node_key string', 'customer_key string',
        'left_customer_key string']) }}

),

builds as (

    select coalesce(max(build_number), 0) + 1 as build_number
    from ledger

),

remembered as (

    select
        node_key,
        coalesce(customer_key, left_customer_key) as customer_key,
        customer_key as filed_key,
        build_number
    from ledger
    qualify row_number() over (
        partition by node_key order by build_number desc nulls last
    ) = 1

),

parts as (

    select
        remembered.customer_key,
        elders.component_key,
        min(elders.elder_rank) as elder_rank,
        row_number() over (
            partition by remembered.customer_key
            order by
                min(
                    case elders.client_records when 1 then remembered.build_number end
                ) asc nulls last,
                sum(elders.client_records) desc nulls last,
                sum(elders.memberships) desc nulls last,
                sum(elders.addresses) desc nulls last,
                count(*) desc nulls last,
                min(elders.first_seen_at) asc nulls last,
                elders.component_key asc nulls last
        ) = 1 as keeps_key
    from elders
    inner join remembered on elders.node_key = remembered.node_key
    group by remembered.customer_key, elders.component_key

),

people as (

    select
        eldest.component_key,
        parts.customer_key is null as is_new,
        case
            when parts.customer_key is not null then parts.customer_key
            when eldest.own_customer_key in (select customer_key from remembered)
                then {{ key(["'customer'", 'eldest.node_key', 'builds.build_number']) }}
            else eldest.own_customer_key
        end as customer_key
    from elders as eldest
    cross join builds
    left join parts
        on eldest.component_key = parts.component_key
        and parts.keeps_key
    where eldest.elder_rank = 1
    qualify row_number() over (
        partition by eldest.component_key
        order by
            case parts.customer_key when eldest.own_customer_key then 0 else 1 end nulls last,
            parts.elder_rank asc nulls last,
            parts.customer_key asc nulls last
    ) = 1

),

int_identity__key_ledger as (

    select
        builds.build_number,
        coalesce(elders.node_key, remembered.node_key) as node_key,
        people.customer_key,
        remembered.customer_key as left_customer_key,
        case
            when elders.node_key is null then 'gone'
            when remembered.node_key is null then 'named'
            when remembered.filed_key is null then 'back'
            when parts.keeps_key then 'merged'
            when people.is_new then 'split'
            else 'moved'
        end as change,
        {{ as_of() }} as changed_at
    from elders
    inner join people on elders.component_key = people.component_key
    full outer join remembered on elders.node_key = remembered.node_key
    left join parts
        on remembered.customer_key = parts.customer_key
        and elders.component_key = parts.component_key
    cross join builds
    where people.customer_key is distinct from remembered.filed_key

)

select * from int_identity__key_ledger
