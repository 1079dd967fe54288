{#- Condition for `qualify`: this cell may be published. It stands for at least bi_min_people, and nobody can subtract
    published cells from a total to read a smaller one: in each total over some of the dimensions that has a cell too
    small to publish, the smallest that could be is withheld with it. people: column with the number of people of a
    cell; dimensions: the columns that make one. Ties go by the dimensions, so each build withholds the same.
    Example: large_enough('person_count', ['month', 'channel']). Never NULL. -#}
{% macro large_enough(people, dimensions) -%}
    {%- set is_small = people ~ ' < ' ~ var('bi_min_people') -%}
    {%- set order = [people ~ ' asc nulls last'] -%}
    {%- for dimension in dimensions %}{% do order.append(dimension ~ ' asc nulls last') %}{% endfor -%}
    {%- set conditions = ['not ' ~ is_small] -%}
    {%- for number in range(2 ** (dimensions | length) - 1) -%}
        {%- set kept = [] -%}
        {%- for place in range(dimensions | length) if (number // 2 ** place) % 2 -%}
            {%- do kept.append(dimensions[place]) -%}
        {%- endfor -%}
        {%- set total = 'partition by ' ~ kept | join(', ') if kept else '' -%}
        {%- do conditions.append(
            'not (max(case when ' ~ is_small ~ ' then 1 else 0 end) over (' ~ total ~ ') = 1'
            ~ ' and row_number() over (partition by ' ~ (kept + [is_small]) | join(', ')
            ~ ' order by ' ~ order | join(', ') ~ ') = 1)'
        ) -%}
    {%- endfor -%}
    {{ return(conditions | join('\n        and ')) }}
{%- endmacro %}
