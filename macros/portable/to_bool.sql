{#- Text true/false (any case; also 1/0, yes/no; white space around) to BOOL; NULL when unreadable. One SQL for both engines,
    whose own casts read other words. Example: to_bool('is_return'). -#}
{% macro to_bool(x) -%}
    {%- set text = "cast(" ~ x ~ " as string)" -%}
    {{ return("case when " ~ is_word(text, ['true', '1', 'yes']) ~ " then true when " ~ is_word(text, ['false', '0', 'no']) ~ " then false end") }}
{%- endmacro %}
