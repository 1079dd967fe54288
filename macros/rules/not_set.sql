{#- A label of an analytics export without its ways of saying nothing: '', '(not set)', '(none)', '(not provided)'
    become NULL; white space around is dropped. Example: not_set('hit.page.pageTitle'). -#}
{% macro not_set(x) -%}
    {%- set nothing = ['', '[(](?:not set|none|not provided)[)]', 'not available in demo dataset'] -%}
    {{ return("case when not " ~ is_word(x, nothing) ~ " then " ~ trim_all(x) ~ " end") }}
{%- endmacro %}
