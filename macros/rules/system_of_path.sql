{#- The system a landed file belongs to: the first folder of its path. Example: system_of_path('path'). NULL for NULL. -#}
{% macro system_of_path(path) -%}
    {{ return(regexp_extract_group(path, "'^([^/]+)/'")) }}
{%- endmacro %}
