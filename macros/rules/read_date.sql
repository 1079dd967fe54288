{#- The calendar date a cell names (YYYY-MM-DD), or NULL when it names none or one before 1900.
    Example: read_date('launched_on'). NULL for NULL. -#}
{% macro read_date(x) -%}
    {%- set read = to_date(x) -%}
    {{ return("case when " ~ read ~ " >= date '1900-01-01' then " ~ read ~ " end") }}
{%- endmacro %}
