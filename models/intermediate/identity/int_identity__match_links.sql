-- Grain: two client records of different CRMs that are joined without a steward: as
-- probable as identity_match_auto asks, or two spellings of one mailbox at Google; the
-- same name (a letter off is a twin's as well), nothing that contradicts, each the
-- other's best in its CRM, whatever joins it to that best. Records that hold one address
-- are left to a steward: it would carry consent from one to the other.
with scores as (

    select
        left_node_key,
        right_node_key,
        left_system,
        right_system,
        match_weight,
        coalesce(email_level, '') <> 'exact'
        and (
            coalesce(native_name_level, '') = 'exact'
            or (
                coalesce(given_name_level, '') in ('exact', 'swapped')
                and coalesce(family_name_level, '') in ('exact', 'swapped')
            )
        ) as is_joined
    from {{ ref('int_identity__match_scores') }}
    where
        (probability >= {{ var('identity_match_auto') }} or is_one_google_mailbox)
        and not is_contradicted
        and left_system <> right_system

),

both_ways as (

    select
        left_node_key as node_key,
        right_node_key as partner_node_key,
        right_system as partner_system,
        match_weight
    from scores
    union all
    select
        right_node_key as node_key,
        left_node_key as partner_node_key,
        left_system as partner_system,
        match_weight
    from scores

),

best as (

    select
        node_key,
        partner_node_key
    from both_ways
    qualify row_number() over (
        partition by node_key, partner_system
        order by match_weight desc nulls last, partner_node_key asc nulls last
    ) = 1

),

int_identity__match_links as (

    select
        scores.left_node_key,
        scores.right_node_key
    from scores
    inner join best as left_best
        on scores.left_node_key = left_best.node_key
        and scores.right_node_key = left_best.partner_node_key
    inner join best as right_best
        on scores.right_node_key = right_best.node_key
        and scores.left_node_key = right_best.partner_node_key
    where scores.is_joined

)

select * from int_identity__match_links
