{#- A text under one of the house's keys as it is stored: the name of the key, a colon, and its hmac_hex. NULL as that is.
    Example: keyed("'a message'"). -#}
{% macro keyed(x, key_name='key_name') -%}
    {{ return(key_name ~ " || ':' || " ~ hmac_hex(x, key_name)) }}
{%- endmacro %}
