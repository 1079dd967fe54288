{#- The Monday on or before a DATE; NULL for NULL. 1 January 1900 was a Monday. Example: week_start('sold_on'). -#}
{% macro week_start(day) -%}
    {{ return(add_days(day, "-mod(" ~ days_between("date '1900-01-01'", day) ~ ", 7)")) }}
{%- endmacro %}
