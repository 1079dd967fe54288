{#- An amount rounded to two decimals, still of the type of amounts; halves go away from zero. The cast comes first,
    so that both engines round the same nine decimals. NULL for NULL. Example: cents('amount * rate_to_eur'). -#}
{% macro cents(amount) -%}
    {{ return("cast(round(cast(" ~ amount ~ " as " ~ type_money() ~ "), 2) as " ~ type_money() ~ ")") }}
{%- endmacro %}
