-- Grain: one client record, tied to the first of those it agrees with. Two records are
-- one person's when they share an address and the name (or the native name, or the
-- birth date), or share a phone number and the name. A name alone joins nobody, nor a
-- number. Same name and other birth dates under one address: father and son, so only
-- records with the very same birth date and native name are tied. Same birth date and
-- other given names: twins, so the birth date ties none. What stands on too many records
-- ties none, and what spreads within a week none of the new ones.
with claims as (

    select
        role,
        left_node_key as identifier_node_key,
        right_node_key as crm_node_key,
        min(first_seen_at) as first_seen_at
    from {{ ref('int_identity__signals') }}
    where role in ('claim', 'phone_claim') and strength_rank < 3
    group by role, left_node_key, right_node_key

),

held as (

    select
        claims.role,
        claims.identifier_node_key,
        claims.crm_node_key,
        crm_evidence.name_key,
        crm_evidence.native_name_key,
        crm_evidence.birth_date_key,
        crm_evidence.is_filled_in
    from claims
    inner join {{ ref('int_identity__crm_evidence') }} as crm_evidence
        on claims.crm_node_key = crm_evidence.node_key
    left join {{ ref('int_identity__fan_outs') }} as crowded
        on claims.identifier_node_key = crowded.node_key
        and crowded.reason <> 'too_many_new_records'
    left join {{ ref('int_identity__fan_outs') }} as spreading
        on claims.identifier_node_key = spreading.node_key
        and spreading.reason = 'too_many_new_records'
        and claims.first_seen_at > {{ add_seconds(as_of(), -604800) }}
    where crowded.node_key is null and spreading.node_key is null

),

features as (

    select held.*, 'name' as feature, name_key as feature_value
    from held
    where name_key is not null
    union all
    select held.*, 'native_name' as feature, native_name_key as feature_value
    from held
    where native_name_key is not null
    union all
    select held.*, 'birth_date' as feature, held.birth_date_key as feature_value
    from held
    left join {{ ref('int_identity__parted_birth_dates') }} as parted
        on held.identifier_node_key = parted.identifier_node_key
        and held.birth_date_key = parted.birth_date_key
    where
        held.birth_date_key is not null
        and not held.is_filled_in
        and held.role = 'claim'
        and parted.identifier_node_key is null

),

compared as (

    select
        features.*,
        min(birth_date_key) over feature_group
        < max(birth_date_key) over feature_group
        or (
            feature = 'name'
            and min(native_name_key) over feature_group
            < max(native_name_key) over feature_group
        ) as is_contradicted
    from features
    window feature_group as (partition by identifier_node_key, feature, feature_value)

),

grouped as (

    select
        role,
        feature,
        identifier_node_key,
        crm_node_key,
        feature_value || case
            when coalesce(is_contradicted, false)
                then '|' || birth_date_key
                    || '|' || coalesce(native_name_key, '')
            else ''
        end as agreement
    from compared

),

int_identity__record_links as (

    select
        crm_node_key as left_node_key,
        min(crm_node_key) over (
            partition by identifier_node_key, feature, agreement
        ) as right_node_key,
        identifier_node_key,
        case role when 'claim' then 'email' else 'phone' end
        || '_and_' || feature as linked_by,
        case role when 'claim' then 1 else 2 end as strength_rank
    from grouped
    where agreement is not null

)

select * from int_identity__record_links
