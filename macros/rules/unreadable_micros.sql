{#- unreadable_fields for amounts in millionths. Example: unreadable_micros(['raw_revenue', 'raw_tax']). -#}
{% macro unreadable_micros(columns) -%}
    {%- set readings = {} -%}
    {%- for column in columns -%}
        {%- do readings.update({column: money_from_micros(column)}) -%}
    {%- endfor -%}
    {{ return(unreadable_fields(readings)) }}
{%- endmacro %}
