{#- Whole days from a DATE to the day of as_of (UTC), never negative: a site east of Greenwich may already write
    tomorrow's date. NULL for NULL. Example: days_ago('acted_on'). -#}
{% macro days_ago(day) -%}
    {%- set days = days_between(day, local_date(as_of(), "'UTC'")) -%}
    {{ return("case when " ~ days ~ " < 0 then 0 else " ~ days ~ " end") }}
{%- endmacro %}
