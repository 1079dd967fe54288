{#- Every calendar date from one to another, both included, as an array; empty when reversed. With unnest_rows it gives
    the days as rows. Example: cross join {{ unnest_rows(date_array('first_on', 'last_on'), 'day') }}. -#}
{% macro date_array(from_date, to_date) %}{{ return(adapter.dispatch('date_array', 'rendezvous')(from_date, to_date)) }}{% endmacro %}

{% macro bigquery__date_array(from_date, to_date) %}generate_date_array({{ from_date }}, {{ to_date }}){% endmacro %}

{% macro duckdb__date_array(from_date, to_date) %}cast(generate_series(cast({{ from_date }} as timestamp), cast({{ to_date }} as timestamp), interval 1 day) as date[]){% endmacro %}
