{#- The keyed hash of a person's name, for evidence that two records name the same person: letters only, no accents, lower
    case, given and family name in either order. Latin and native names are hashed apart. NULL when no letter is left.
    Example: name_key('first_name', 'last_name'), in a row with a column key_name. Two people may share a name: it never joins records alone. -#}
{% macro name_key(first_name, last_name, key_name='key_name') -%}
    {%- set first = name_letters(first_name) -%}
    {%- set last = name_letters(last_name) -%}
    {{ return("case when " ~ first ~ " || " ~ last ~ " <> '' then "
        ~ keyed("least(" ~ first ~ ", " ~ last ~ ") || '|' || greatest(" ~ first ~ ", " ~ last ~ ")", key_name) ~ " end") }}
{%- endmacro %}

{#- The letters of a name, comparable; '' for NULL. -#}
{% macro name_letters(name) -%}
    {{ return("coalesce(" ~ regexp_replace_all(lower_case(strip_accents(name)), "'[^\\p{L}]'", "''") ~ ", '')") }}
{%- endmacro %}
