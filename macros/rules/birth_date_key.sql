{#- The keyed hash of a birth date, for evidence that two records name the same person or cannot: equal dates have equal keys.
    NULL for NULL. Example: birth_date_key('birth_date'). -#}
{% macro birth_date_key(x) -%}
    {{ return("'v1:' || " ~ hmac_hex("cast(" ~ x ~ " as string)")) }}
{%- endmacro %}
