{{ config(materialized='view') }}
-- Grain: one identifier, under the component that makes its person. One of more
-- identifiers than a person has is not merged: first what strong links alone hold
-- together counts; if that is too large as well, each identifier stands alone.
with components as (

    select
        node_key,
        component_key
    from {{ ref('int_identity__components') }}

),

too_large as (

    select component_key
    from components
    group by component_key
    having count(*) > {{ var('identity_max_component_size') }}

),

strong_parts as (

    select
        components.node_key,
        strong_components.component_key as strong_key,
        count(*) over (partition by strong_components.component_key) as strong_count
    from components
    inner join too_large
        on components.component_key = too_large.component_key
    inner join {{ ref('int_identity__strong_components') }} as strong_components
        on components.node_key = strong_components.node_key

),

int_identity__capped_components as (

    select
        components.node_key,
        case
            when strong_parts.node_key is null then components.component_key
            when strong_parts.strong_count <= {{ var('identity_max_component_size') }}
                then strong_parts.strong_key
            else components.node_key
        end as component_key,
        components.component_key as full_component_key,
        case
            when strong_parts.node_key is null then 'whole'
            when strong_parts.strong_count <= {{ var('identity_max_component_size') }}
                then 'medium_fell'
            else 'refused'
        end as verdict
    from components
    left join strong_parts
        on components.node_key = strong_parts.node_key

)

select * from int_identity__capped_components
