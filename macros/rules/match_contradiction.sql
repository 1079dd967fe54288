{#- Whether two compared records say something that one person's records rarely do: another given or family name, another
    native name, another birth date than a figure off. However much else agrees, a steward decides: families agree in
    all else. Never NULL. Example: match_contradiction() over the columns <comparison>_level. -#}
{% macro match_contradiction() -%}
    {{ return("coalesce(given_name_level, '') = 'differ' or coalesce(family_name_level, '') = 'differ'"
        ~ " or coalesce(native_name_level, '') = 'differ' or coalesce(birth_date_level, '') in ('two_edits', 'year', 'differ')") }}
{%- endmacro %}
