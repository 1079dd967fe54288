{#- unreadable_fields for amounts of a hit in millionths, raw_… in its model and transaction_… where they are listed.
    Example: unreadable_micros(['raw_revenue', 'raw_tax']). -#}
{% macro unreadable_micros(columns) -%}
    {%- set readings = {} -%}
    {%- for column in columns -%}
        {%- do readings.update({column: money_from_micros(column)}) -%}
    {%- endfor -%}
    {{ return("replace(" ~ unreadable_fields(readings) ~ ", 'raw_', 'transaction_')") }}
{%- endmacro %}
