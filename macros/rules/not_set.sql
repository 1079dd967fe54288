{#- A label of an analytics export without its ways of saying nothing: '', '(not set)', '(none)', '(not provided)'
    become NULL; white space around is dropped. Example: not_set('hit.page.pageTitle').
    Not written as `not in (…)`: DuckDB makes a join of every such list. -#}
{% macro not_set(x) -%}
    {{ return("case lower(trim(" ~ x ~ ")) when '' then null when '(not set)' then null when '(none)' then null when '(not provided)' then null when 'not available in demo dataset' then null else trim(" ~ x ~ ") end") }}
{%- endmacro %}
