{#- The name of the key of a landed row: of the first of these columns that names a listed origin, else of the house's home.
    In the staging of a feed, beside its columns. Never NULL. Example: key_of_row(['source_system', 'store_id']) as key_name. -#}
{% macro key_of_row(columns) -%}
    {%- set cleaned = [] -%}
    {%- for column in columns -%}{%- do cleaned.append(clean_text(column)) -%}{%- endfor -%}
    {{ return(key_name_of(cleaned)) }}
{%- endmacro %}
