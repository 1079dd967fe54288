{#- A label of an analytics export without its ways of saying nothing: '', '(not set)', '(none)', '(not provided)'
    become NULL; white space around is dropped. Example: not_set('hit.page.pageTitle'). -#}
{% macro not_set(x) -%}
    {{ return("case when lower(trim(" ~ x ~ ")) not in ('', '(not set)', '(none)', '(not provided)', 'not available in demo dataset') then trim(" ~ x ~ ") end") }}
{%- endmacro %}
