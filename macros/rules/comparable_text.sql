{#- A text reduced to what two spellings of it share: no accents, lower case, only a–z and 0–9. NULL when nothing is left.
    Letters of other scripts fall out: native names are compared apart. Example: comparable_text('city'). -#}
{% macro comparable_text(x) -%}
    {{ return("nullif(" ~ regexp_replace_all("lower(" ~ strip_accents(x) ~ ")", "'[^a-z0-9]+'", "''") ~ ", '')") }}
{%- endmacro %}
