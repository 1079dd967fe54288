{#- A cell of text without white space around it; NULL when nothing is left. For ids, codes and names as landed.
    Example: clean_text('customer_id'). Leading zeros and inner spaces stay. -#}
{% macro clean_text(x) -%}
    {{ return("nullif(" ~ trim_all(x) ~ ", '')") }}
{%- endmacro %}
