{#- The amount a cell names, or NULL: digits with a decimal point and perhaps a sign, at most a thousand million either
    way. NaN, Infinity, 1e9, 1_000 and a decimal comma are unreadable, for the engines disagree on them.
    Example: read_amount('net_amount'); a price cannot be negative: read_amount('list_price', least=0). -#}
{% macro read_amount(x, least=-1000000000) -%}
    {%- set read = to_money(x) -%}
    {%- set is_plain = regexp_contains(x, "'^\\s*[+-]?[0-9]{1,10}([.][0-9]*)?\\s*$'") -%}
    {{ return("case when " ~ is_plain ~ " and " ~ read ~ " between " ~ least ~ " and 1000000000 then " ~ read ~ " end") }}
{%- endmacro %}
