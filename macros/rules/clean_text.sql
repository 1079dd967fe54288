{#- A cell of text without white space around it; NULL when nothing is left. For ids, codes and names as landed.
    Example: clean_text('customer_id'). Leading zeros and inner spaces stay.
    Not written as nullif(…): DuckDB would strip the text twice. -#}
{% macro clean_text(x) -%}
    {{ return("case when " ~ regexp_contains(x, "'" ~ blank('^') ~ "'") ~ " then " ~ trim_all(x) ~ " end") }}
{%- endmacro %}
