{#- Nothing lost, nothing invented: the rows that landed are the rows that were judged, and those are the rows that stand
    (this model) and the rows rejected. Example: landed: source('pos', 'transactions'), judged: ref('base_pos__transactions'). -#}
{% test landed_rows_are_accounted_for(model, landed, judged) %}

with landed_rows as (

    select count(*) as landed_count from {{ landed }}

),

judged_rows as (

    select
        count(*) as judged_count,
        count(rejected_because) as rejected_count
    from {{ judged }}

),

standing_rows as (

    select count(*) as standing_count from {{ model }}

)

select
    landed_rows.landed_count,
    judged_rows.judged_count,
    judged_rows.rejected_count,
    standing_rows.standing_count
from landed_rows
cross join judged_rows
cross join standing_rows
where
    landed_rows.landed_count <> judged_rows.judged_count
    or judged_rows.judged_count <> judged_rows.rejected_count + standing_rows.standing_count

{% endtest %}
