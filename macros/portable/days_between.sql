{#- Whole days from one DATE to another, negative if reversed; NULL if either is.
    Example: days_between('booked_on', 'visited_on'). -#}
{% macro days_between(from_date, to_date) %}{{ return(adapter.dispatch('days_between', 'rendezvous')(from_date, to_date)) }}{% endmacro %}

{% macro bigquery__days_between(from_date, to_date) %}date_diff({{ to_date }}, {{ from_date }}, day){% endmacro %}

{% macro duckdb__days_between(from_date, to_date) %}date_diff('day', {{ from_date }}, {{ to_date }}){% endmacro %}
