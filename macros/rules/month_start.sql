{#- The first day of the month of a DATE; NULL for NULL. Example: month_start('sold_on'). -#}
{% macro month_start(day) -%}
    {{ return(add_days(day, "1 - extract(day from " ~ day ~ ")")) }}
{%- endmacro %}
