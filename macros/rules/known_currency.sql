{#- A currency code in upper case if ISO 4217 knows it (seed currencies), else NULL.
    Example: known_currency('currency_code'). -#}
{% macro known_currency(x) -%}
    {%- set code = upper_code(clean_text(x)) -%}
    {{ return("case when " ~ code ~ " in (select currencies.currency_code from " ~ ref('currencies') ~ " as currencies) then " ~ code ~ " end") }}
{%- endmacro %}
