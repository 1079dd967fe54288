{#- A telephone number in international form (+ and digits; 00 counts as +). NULL when fewer than seven digits are left, or
    when the last seven are one digit again and again or count up or down: nobody has that number.
    Example: usable_phone('phone'). NULL for NULL. -#}
{% macro usable_phone(phone) -%}
    {%- set digits = regexp_replace_all(phone, "'[^0-9+]'", "''") -%}
    {%- set same = "0{7}|1{7}|2{7}|3{7}|4{7}|5{7}|6{7}|7{7}|8{7}|9{7}" -%}
    {%- set up = "0123456|1234567|2345678|3456789|4567890" -%}
    {%- set down = "6543210|7654321|8765432|9876543|0987654" -%}
    {{ return("case when length(" ~ digits ~ ") >= 7 and not "
        ~ regexp_contains(digits, "'(" ~ same ~ "|" ~ up ~ "|" ~ down ~ ")$'")
        ~ " then " ~ regexp_replace_all(digits, "'^00'", "'+'") ~ " end") }}
{%- endmacro %}
