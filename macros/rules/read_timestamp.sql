{#- The instant a cell names, or NULL when it names none: text that is no ISO 8601 instant, and years before 1900, which
    no system of a house has recorded. Example: read_timestamp('sold_at'). NULL for NULL. -#}
{% macro read_timestamp(x) -%}
    {%- set read = to_timestamp(x) -%}
    {{ return("case when " ~ read ~ " >= timestamp '1900-01-01 00:00:00' then " ~ read ~ " end") }}
{%- endmacro %}
