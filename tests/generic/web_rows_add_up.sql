{#- Nothing lost, nothing invented: landed rows are kept, superseded, outranked or rejected; landed hits kept or rejected.
    For base_ga360__row_accounts. -#}
{% test web_rows_add_up(model) %}

select *
from {{ model }}
where
    landed_row_count
    <> kept_row_count + superseded_row_count + other_export_row_count + rejected_row_count
    or landed_hit_count <> kept_hit_count + rejected_hit_count

{% endtest %}
