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
        node_key,
        record_number,
        count(*) over (partition by block_rule, block_value) as record_count
    from rules
    where block_value is not null

),

match_blocks as (

    select
        block_rule,
        block_value,
        node_key,
        record_number,
        record_count,
        record_count > {{ var('identity_max_records_per_block') }} as is_skipped
    from counted
    where record_count > 1

)

select * from match_blocks
