{#- The keyed hash of a birth date, for evidence that two records name the same person or cannot: equal dates under one key
    have equal hashes. NULL for NULL. Example: birth_date_key('birth_date'), in a row with a column key_name. -#}
{% macro birth_date_key(x, key_name='key_name') -%}
    {{ return(keyed("cast(" ~ x ~ " as string)", key_name)) }}
{%- endmacro %}
