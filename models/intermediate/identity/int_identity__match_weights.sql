-- Grain: one level of one comparison, with how often records of one person agree so (m)
-- and how often strangers do (u), and the row prior. m is learned (the seed); u is that
-- of this house, counted over pairs of neighbours in the order of their keys, which is
-- no order of people. Never less than the seed's u: where strangers agree more often
-- than elsewhere (one street, numbers given out in a row) it shall weigh less.
with evidence as (

    select *
    from {{ ref('match_evidence') }}
    where record_number <= 1050

),

seed as (

    select
        comparison,
        level,
        {{ to_float('m') }} as m,
        {{ to_float('u') }} as u
    from {{ ref('match_weights') }}

),

comparisons as (

    select distinct comparison from seed

),

neighbours as (

    select
        one.record_number,
        one.record_number + steps.record_number as other_number
    from evidence as one
    inner join evidence as steps
        on one.record_number <= 1000 and steps.record_number <= 50

),

strangers as (

    select
        {%- for comparison in match_columns() %}
        {{ match_level(comparison) }} as {{ comparison }}_level{{ ',' if not loop.last }}
        {%- endfor %}
    from neighbours
    inner join evidence as one
        on neighbours.record_number = one.record_number
    inner join evidence as other
        on neighbours.other_number = other.record_number

),

levels as (

    select
        comparisons.comparison,
        case comparisons.comparison
            {%- for comparison in match_columns() %}
            when '{{ comparison }}' then {{ comparison }}_level
            {%- endfor %}
        end as level
    from strangers
    cross join comparisons

),

counted as (

    select
        comparison,
        level,
        count(*) as pair_count,
        sum(count(*)) over (partition by comparison) as compared_count
    from levels
    where level is not null
    group by comparison, level

),

smoothed as (

    select
        seed.comparison,
        seed.level,
        seed.m,
        seed.u as seed_u,
        (coalesce(counted.pair_count, 0) + 10000 * seed.u)
        / (coalesce(counted.compared_count, 0) + 10000) as house_u
    from seed
    left join counted
        on seed.comparison = counted.comparison
        and seed.level = counted.level

),

int_identity__match_weights as (

    select
        comparison,
        level,
        m,
        case when house_u > seed_u then house_u else seed_u end as u
    from smoothed

)

select * from int_identity__match_weights
