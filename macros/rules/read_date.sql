{#- The calendar date a cell names (YYYY-MM-DD), or NULL when it names none or one before 1900.
    Example: read_date('launched_on'). NULL for NULL. -#}
{% macro read_date(x) -%}
    {{ return(to_date(x, centuries='(?:19|[2-9][0-9])')) }}
{%- endmacro %}
