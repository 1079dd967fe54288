{#- Whether a text is one of some words, in any case and with white space around; NULL for NULL. The words are patterns (RE2);
    '' is a text of nothing but white space. One look at the text, where a list of words would strip it for each anew and
    DuckDB make a join of `not in (…)`. Example: is_word('raw_label', ['', '[(]not set[)]']). -#}
{% macro is_word(x, words) -%}
    {{ return(regexp_contains(x, "'(?i)^" ~ blank() ~ "*(?:" ~ words | join('|') ~ ")" ~ blank() ~ "*$'")) }}
{%- endmacro %}
