{#- A DATE as an advisor reads it, '12 May'; English on both engines, NULL for NULL. Example: day_month('last_wish_on'). -#}
{% macro day_month(day) %}{{ return(adapter.dispatch('day_month', 'rendezvous')(day)) }}{% endmacro %}

{% macro bigquery__day_month(day) %}trim(format_date('%e %B', {{ day }})){% endmacro %}

{% macro duckdb__day_month(day) %}strftime({{ day }}, '%-d %B'){% endmacro %}
