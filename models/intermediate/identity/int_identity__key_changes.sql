{{ config(materialized='incremental', full_refresh=false) }}
-- Grain: one thing that befell a customer_key: it gave way to an elder (merged_into),
-- came off another (split_from), lost all its identifiers (retired) or got some back
-- (reappeared). Rows are only added, with the evidence of that build: it may go later.
with told as (

    {{ own_rows(['build_number int64', 'customer_key string', 'change string']) }}

),

news as (

    select *
    from {{ ref('int_identity__key_ledger') }}
    where
        change in ('merged', 'split', 'gone', 'back')
        and build_number > (select coalesce(max(build_number), 0) from told)

),

customer_map as (

    select node_key, customer_key from {{ ref('int_identity__customer_map') }}

),

retired_keys as (

    select customer_key from told
    where change in ('retired', 'reappeared')
    group by customer_key
    having mod(count(*), 2) = 1

),

changes as (

    select
        build_number,
        changed_at,
        node_key,
        case when change in ('merged', 'gone') then left_customer_key else customer_key end
            as customer_key,
        case change
            when 'merged' then 'merged_into'
            when 'split' then 'split_from'
            when 'gone' then 'retired'
            else 'reappeared'
        end as change,
        case change when 'merged' then customer_key when 'split' then left_customer_key end
            as other_customer_key
    from news
    where
        change in ('merged', 'split')
        or (change = 'back' and customer_key in (select customer_key from retired_keys))
        or (
            change = 'gone'
            and left_customer_key not in (select customer_key from customer_map)
            and left_customer_key not in (
                select merged.left_customer_key from news as merged
                where merged.change = 'merged'
            )
        )

),

causes as (

    select
        changes.customer_key,
        changes.build_number,
        changes.other_customer_key,
        ties.linked_by,
        ties.decision_id
    from changes
    inner join {{ ref('int_identity__ties') }} as ties
        on changes.node_key = ties.node_key
        and ties.is_joining = (changes.change = 'merged_into')
    inner join customer_map
        on ties.other_node_key = customer_map.node_key
        and changes.other_customer_key = customer_map.customer_key
    left join changes as fellows
        on ties.other_node_key = fellows.node_key
        and changes.customer_key = fellows.customer_key
        and changes.build_number = fellows.build_number
    where fellows.node_key is null
    qualify row_number() over (
        partition by changes.customer_key, changes.build_number, changes.other_customer_key
        order by
            ties.strength_rank nulls last, ties.linked_by nulls last, ties.decision_id nulls last
    ) = 1

),

int_identity__key_changes as (

    select distinct
        changes.build_number,
        changes.changed_at,
        changes.customer_key,
        changes.change,
        changes.other_customer_key,
        coalesce(
            causes.linked_by,
            case changes.change
                when 'reappeared' then 'evidence_back'
                when 'merged_into' then 'unknown'
                else 'evidence_gone'
            end
        ) as why,
        causes.decision_id
    from changes
    left join causes
        on changes.customer_key = causes.customer_key
        and changes.build_number = causes.build_number
        and changes.other_customer_key = causes.other_customer_key

)

select * from int_identity__key_changes
