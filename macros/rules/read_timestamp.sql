{#- The instant a cell names, or NULL when it names none: text that is no ISO 8601 instant, and years before 1900, which
    no system of a house has recorded. Example: read_timestamp('sold_at'). NULL for NULL. -#}
{% macro read_timestamp(x) -%}
    {{ return(to_timestamp(x, centuries='(?:19|[2-9][0-9])')) }}
{%- endmacro %}
