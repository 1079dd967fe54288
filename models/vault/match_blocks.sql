-- Grain: one client record and one value by which others may be compared with it, with
-- how many records share the value. A value of more records than
-- identity_max_records_per_block compares nobody (is_skipped): it is a boutique's number
-- or a common name; the other rules still find whom it hides.
with evidence as (

    select *
    from {{ ref('match_evidence') }}

),

rules as (

    select
        'none' as block_rule,
        email as block_value,
        node_key,
        record_number
    from evidence
    where email is null
    {%- for rule, expression in match_blocks().items() %}
    union all
    select
        '{{ rule }}' as block_rule,
        {{ expression }} as block_value,
        node_key,
        record_number
    from evidence
    {%- endfor %}

),

counted as (

    select
        block_rule,
        block_value,
        count(*) as record_count
    from rules
    where block_value is not null
    group by block_rule, block_value
    having count(*) > 1

),

match_blocks as (

    select
        rules.block_rule,
        rules.block_value,
        rules.node_key,
        rules.record_number,
        counted.record_count,
        counted.record_count > {{ var('identity_max_records_per_block') }} as is_skipped
    from rules
    inner join counted
        on rules.block_rule = counted.block_rule
        and rules.block_value = counted.block_value

)

select * from match_blocks
