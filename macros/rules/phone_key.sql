{#- The keyed hash of a telephone number in international form. NULL when it cannot be one person's (usable_phone). A number
    without country code meets only the same number written the same way. Example: phone_key('phone'). -#}
{% macro phone_key(phone) -%}
    {{ return("'v1:' || " ~ hmac_hex("(" ~ usable_phone(phone) ~ ")")) }}
{%- endmacro %}
