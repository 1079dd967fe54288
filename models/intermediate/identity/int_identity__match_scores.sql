-- Grain: two client records that may be one person's, with the level they agree at in
-- each thing, what that weighs in bits, and how probable it is that they are one (Fellegi
-- and Sunter): what agrees weighs the more, the rarer it is among strangers; what differs
-- weighs against; the more records, the lower the first odds. No row under two keys, nor
-- below identity_match_floor but for one telephone or mailbox (Google's in any form).
with evidence as (

    select *
    from {{ ref('match_evidence') }}

),

blocks as (

    select
        block_rule,
        block_value,
        record_number
    from {{ ref('match_blocks') }}
    where not is_skipped

),

weights as (

    select
        {{ match_weight_columns() }},
        max(case when comparison = 'prior' then m end) as duplicates_per_record
    from {{ ref('int_identity__match_weights') }}

),

pairs as (

    select
        one.record_number as left_number,
        other.record_number as right_number
    from blocks as one
    inner join blocks as other
        on one.block_rule = other.block_rule
        and one.block_value = other.block_value
        and one.record_number < other.record_number
    group by one.record_number, other.record_number

),

compared as (

    select
        one.node_key as left_node_key,
        other.node_key as right_node_key,
        one.source_system as left_system,
        other.source_system as right_system,
        {%- for comparison in match_columns() %}
        {{ match_level(comparison) }} as {{ comparison }}_level,
        {%- endfor %}
        {%- for comparison in match_rarity() %}
        one.{{ comparison }}_share,
        {%- endfor %}
        coalesce(one.google_mailbox = other.google_mailbox, false) as is_one_google_mailbox,
        one.record_count
    from pairs
    inner join evidence as one
        on pairs.left_number = one.record_number
    inner join evidence as other
        on pairs.right_number = other.record_number
        and one.key_name = other.key_name

),

weighed as (

    select
        compared.*,
        {%- for comparison in match_columns() %}
        {{ match_weight(comparison) }} as {{ comparison }}_weight,
        {%- endfor %}
        {{ log2('2 * weights.duplicates_per_record / compared.record_count') }} as prior_weight
    from compared
    cross join weights

),

summed as (

    select
        weighed.*,
        prior_weight
        {%- for comparison in match_columns() %} + {{ comparison }}_weight{% endfor %}
            as match_weight
    from weighed

),

int_identity__match_scores as (

    select
        left_node_key,
        right_node_key,
        left_system,
        right_system,
        1 / (1 + exp(-match_weight * ln(2))) as probability,
        match_weight,
        prior_weight,
        {%- for comparison in match_columns() %}
        {{ comparison }}_level,
        {{ comparison }}_weight,
        {%- endfor %}
        is_one_google_mailbox,
        {{ match_contradiction() }} as is_contradicted
    from summed
    where
        1 / (1 + exp(-match_weight * ln(2))) >= {{ var('identity_match_floor') }}
        or phone_level = 'exact'
        or email_level = 'exact'
        or is_one_google_mailbox

)

select * from int_identity__match_scores
