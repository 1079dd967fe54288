{#- A model lives in the schema its folder names (staging, intermediate, marts ...), the same name on every
    target: design fixes these names and BI reads them, so dbt's default prefix is left out. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return((custom_schema_name or target.schema) | trim) }}
{%- endmacro %}
