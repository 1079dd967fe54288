{#- The instant at which a calendar date begins in a time zone; NULL if either is. Example: day_start('report_date', 'timezone'). -#}
{% macro day_start(day, timezone) %}{{ return(adapter.dispatch('day_start', 'rendezvous')(day, timezone)) }}{% endmacro %}

{% macro bigquery__day_start(day, timezone) %}timestamp({{ day }}, {{ timezone }}){% endmacro %}

{% macro duckdb__day_start(day, timezone) %}timezone('UTC', timezone({{ timezone }}, cast({{ day }} as timestamp))){% endmacro %}
