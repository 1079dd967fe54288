{#- What a dataset needs beside its tables, sent before anything is built: how long deleted rows can be read back, and
    the key for tables that another tool makes there. Use: on-run-start. DuckDB has no such thing; nor has the emulator.
    Trap: time travel is a property of the dataset; a table deleted before it was lowered keeps the longer one. -#}
{% macro protect_datasets() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- do adapter.dispatch('protect_datasets', 'rendezvous')() -%}
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__protect_datasets() -%}
    {%- if target.name == 'emulator' -%}{{ return('') }}{%- endif -%}
    {%- set key = env_var('RENDEZVOUS_BQ_KMS_KEY', '') -%}
    {%- for schema in ['reference', 'staging', 'intermediate', 'vault', 'quarantine', 'marts'] -%}
        {%- do run_query(
            'alter schema `' ~ target.project ~ '`.`' ~ schema ~ '` set options (max_time_travel_hours = '
            ~ var('bigquery_time_travel_hours') ~ (", default_kms_key_name = '" ~ key ~ "'" if key else '') ~ ')'
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro duckdb__protect_datasets() %}{{ return('') }}{% endmacro %}
