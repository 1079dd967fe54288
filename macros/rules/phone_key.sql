{#- The keyed hash of a telephone number in international form. NULL when it cannot be one person's (usable_phone). A number
    without country code meets only the same number written the same way. Example: phone_key('phone'), in a row with a column
    key_name. -#}
{% macro phone_key(phone, key_name='key_name') -%}
    {{ return(keyed("(" ~ usable_phone(phone) ~ ")", key_name)) }}
{%- endmacro %}
