{#- The name of the key under which a row is hashed, such as v1_EU: of the first of these columns whose value is an origin
    that seed key_jurisdictions lists, else of the house's home. Never NULL. What is listed is worked out before the run
    (rendezvous.jurisdictions): bound to the connection on DuckDB, in the closed table vault.key_origins on BigQuery.
    Example: key_name_of(['source_system', 'store_id']); without a column, key_name_of([]), the home's. -#}
{% macro key_name_of(columns) %}{{ return(adapter.dispatch('key_name_of', 'rendezvous')(columns)) }}{% endmacro %}

{% macro bigquery__key_name_of(columns) -%}
    {%- set found = [] -%}
    {%- for column in columns -%}
        {%- do found.append("(select listed.name from vault.key_origins as listed where listed.origin = " ~ column ~ ")") -%}
    {%- endfor -%}
    {{ return("coalesce(" ~ (found + ["(select listed.name from vault.key_origins as listed where listed.origin = '*')"]) | join(', ') ~ ")") }}
{%- endmacro %}

{% macro duckdb__key_name_of(columns) -%}
    {%- set found = [] -%}
    {%- for column in columns + ["'*'"] -%}
        {%- do found.append("getvariable('rendezvous').key_origins[" ~ column ~ "]") -%}
    {%- endfor -%}
    {{ return("coalesce(" ~ found | join(', ') ~ ")") }}
{%- endmacro %}
