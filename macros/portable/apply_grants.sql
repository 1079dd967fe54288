{#- dbt's hook for the config `grants`, after every build: who may read a table, and nobody else. DuckDB and the emulator
    have no accounts: nothing, and no warning about it. Use: +grants in dbt_project.yml. -#}
{% macro bigquery__apply_grants(relation, grant_config, should_revoke=True) %}
    {%- if target.name != 'emulator' -%}
        {%- do dbt.default__apply_grants(relation, grant_config, should_revoke) -%}
    {%- endif -%}
{% endmacro %}

{% macro duckdb__apply_grants(relation, grant_config, should_revoke=True) %}{% endmacro %}
