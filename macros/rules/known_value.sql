{#- A code in lower case if it is among those the landing contract names, else NULL.
    Example: known_value('status', ['granted', 'refused', 'withdrawn']). -#}
{% macro known_value(x, values) -%}
    {%- set code = lower_case(trim_all(x)) -%}
    {{ return("case when " ~ code ~ " in ('" ~ values | join("', '") ~ "') then " ~ code ~ " end") }}
{%- endmacro %}
