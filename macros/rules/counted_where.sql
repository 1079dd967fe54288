{#- How many of several conditions hold for a row; a NULL condition does not. Example: counted_where(['a > 1', 'b <> c']). -#}
{% macro counted_where(conditions) -%}
    {%- set shown = [] -%}
    {%- for condition in conditions -%}
        {%- do shown.append("case when " ~ condition ~ " then 1 else 0 end") -%}
    {%- endfor -%}
    {{ return("(" ~ shown | join(" + ") ~ ")") }}
{%- endmacro %}
