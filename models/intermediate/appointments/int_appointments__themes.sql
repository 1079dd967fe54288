-- Grain: one client with themes, the three of them side by side, as a profile shows
-- them.
with themes as (

    select
        customer_key,
        theme_rank,
        theme,
        reason
    from {{ ref('int_interest__themes') }}

),

int_appointments__themes as (

    select
        customer_key,
        {%- for rank in [1, 2, 3] %}
        max(case when theme_rank = {{ rank }} then theme end) as theme_{{ rank }},
        max(case when theme_rank = {{ rank }} then reason end)
            as theme_{{ rank }}_reason,
        {%- endfor %}
        count(*) as theme_count
    from themes
    group by customer_key

)

select * from int_appointments__themes
