{#- What two compared records agree in, are close in or differ in, in words without a value of either: 'family name, birth
    date'. '' when nothing is at that level. `at` is agree, close or differ. Example: match_in_words('agree'). -#}
{% macro match_in_words(at) -%}
    {%- set conditions = {
        'agree': "= 'exact'", 'differ': "= 'differ'", 'close': "not in ('exact', 'differ')",
    } -%}
    {%- set parts = [] -%}
    {%- for comparison in match_columns() -%}
        {%- do parts.append("case when " ~ comparison ~ "_level " ~ conditions[at] ~ " then ', "
            ~ comparison | replace('_', ' ') ~ "' else '' end") -%}
    {%- endfor -%}
    {{ return("substr(" ~ parts | join(" || ") ~ ", 3)") }}
{%- endmacro %}
