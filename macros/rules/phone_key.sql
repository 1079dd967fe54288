{#- The keyed hash of a phone number in international form (+ and digits; 00 counts as +). NULL when fewer than seven
    digits are left. A number without country code meets only the same number written the same way.
    Example: phone_key('phone'). -#}
{% macro phone_key(phone) -%}
    {%- set digits = regexp_replace_all(phone, "'[^0-9+]'", "''") -%}
    {%- set international = regexp_replace_all(digits, "'^00'", "'+'") -%}
    {{ return("case when length(" ~ digits ~ ") >= 7 then 'v1:' || " ~ hmac_hex(international) ~ " end") }}
{%- endmacro %}
