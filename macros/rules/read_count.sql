{#- The whole number a cell names, or NULL: a fraction, and anything below `least` or above a million, is unreadable.
    Example: read_count('party_size'); for pieces of a receipt, which a return counts below zero:
    read_count('quantity', least=-1000000). NULL for NULL. -#}
{% macro read_count(x, least=0) -%}
    {%- set read = to_int(x) -%}
    {{ return("case when " ~ read ~ " between " ~ least ~ " and 1000000 then " ~ read ~ " end") }}
{%- endmacro %}
