{#- A code in the capitals A–Z of its list; other letters stay as they are, for the engines disagree on the capitals of some (ß).
    NULL for NULL. Example: upper_code(clean_text('country_code')). -#}
{% macro upper_code(x) -%}
    {{ return("translate(" ~ x ~ ", 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')") }}
{%- endmacro %}
