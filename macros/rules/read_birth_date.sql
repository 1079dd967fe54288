{#- A birth date that can be true: after 1900-01-01, which tills write for "unknown", and not after as_of; else NULL.
    Example: read_birth_date('birth_date'). NULL for NULL. -#}
{% macro read_birth_date(x) -%}
    {%- set read = to_date(x) -%}
    {{ return("case when " ~ read ~ " > date '1900-01-01' and " ~ read ~ " <= date '" ~ as_of_text()[:10] ~ "' then " ~ read ~ " end") }}
{%- endmacro %}
