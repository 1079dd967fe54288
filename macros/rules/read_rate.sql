{#- An exchange rate a cell names: above zero and at most a thousand EUR for one unit, which no currency is worth; else NULL.
    Example: read_rate('rate_to_eur'). -#}
{% macro read_rate(x) -%}
    {%- set read = read_amount(x) -%}
    {{ return("case when " ~ read ~ " > 0 and " ~ read ~ " <= 1000 then " ~ read ~ " end") }}
{%- endmacro %}
