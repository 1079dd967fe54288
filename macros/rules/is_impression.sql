{#- Whether a product of a hit was only shown in a list. The export sends TRUE or nothing, as text from files and as a
    boolean in BigQuery. NULL when it sends nothing. Example: is_impression('product'). -#}
{% macro is_impression(product) -%}
    {{ return("lower(cast(" ~ product ~ ".isImpression as string)) = 'true'") }}
{%- endmacro %}
