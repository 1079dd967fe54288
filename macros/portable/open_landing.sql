{#- What must stand before the first model can read what has landed. DuckDB: nothing, the plugin has opened the files.
    BigQuery: the key is in the vault and is the one the vault remembers (no key, no run), the tables of erased people are
    there, every dataset of var ga360_properties is there, and the view landing.export_days tells which export of which day lies there, in which version, from the shards' own
    metadata. Use: {% do open_landing() %}; stops the run with the cause. -#}
{% macro open_landing() %}{{ return(adapter.dispatch('open_landing', 'rendezvous')()) }}{% endmacro %}

{% macro duckdb__open_landing() %}{{ return('') }}{% endmacro %}

{% macro bigquery__open_landing() %}
    {%- for name in ['landing', 'vault'] -%}
        {%- do run_query('create schema if not exists ' ~ name) -%}
    {%- endfor -%}
    {%- if adapter.get_relation(database=target.project, schema='vault', identifier='hmac_pads') is none -%}
        {{ exceptions.raise_compiler_error("No key: vault.hmac_pads does not exist. Run `rendezvous keys install` once, then run again. Nothing was built.") }}
    {%- endif -%}
    {%- do refuse_during_rotation() -%}
    {%- do check_key_in_vault() -%}
    {%- do run_query('create table if not exists vault.suppression_pads (inner_pad_hex string, outer_pad_hex string)') -%}
    {%- do run_query('create table if not exists vault.tombstones (tombstone string, fingerprint string, erased_on date)') -%}
    {%- for entry in var('ga360_properties') if not adapter.check_schema_exists(target.project, entry.dataset) -%}
        {{ exceptions.raise_compiler_error(
            "dataset " ~ target.project ~ "." ~ entry.dataset ~ " does not exist, and dbt_project.yml's ga360_properties names it for the"
            ~ " property " ~ entry.property ~ ". Create it (`rendezvous load` does), or correct the name. Nothing was built."
        ) }}
    {%- endfor -%}
    {%- do run_query('create or replace view landing.export_days as ' ~ ga360_export_days()) -%}
    {{ return('') }}
{% endmacro %}

{#- BigQuery: stops every run but the rotation's own (var key_rotation) while a rotation of the key is under way or was broken
    off: the house then has two keys, and the ledger of people the names of one. -#}
{% macro refuse_during_rotation() -%}
    {%- if adapter.get_relation(database=target.project, schema='vault', identifier='key_rotation') is not none -%}
        {%- set to_key = run_query('select max(to_key) as to_key from vault.key_rotation').rows[0][0] -%}
        {%- if var('key_rotation', '') != to_key -%}
            {{ exceptions.raise_compiler_error(
                "A rotation of the key (to " ~ to_key ~ ") is under way or was broken off. Run `rendezvous keys rotate --target "
                ~ target.name ~ "` again, where it was begun: it finishes it. Nothing was built."
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- BigQuery: stops the run when the pads in the vault are of another key than the one it remembers: two keys in one
    warehouse reconcile nobody. As rendezvous.keys.check_database does on DuckDB, with the same fingerprint. -#}
{% macro check_key_in_vault() -%}
    {%- if adapter.get_relation(database=target.project, schema='vault', identifier='key_fingerprint') is none -%}
        {{ exceptions.raise_compiler_error("No key: vault.key_fingerprint does not exist. Run `rendezvous keys install` again. Nothing was built.") }}
    {%- endif -%}
    {%- set found = run_query(
        "select 'key ' || substr(" ~ hmac_hex("'rendezvous key fingerprint'") ~ ", 1, 16) as at_hand,"
        ~ " coalesce((select 'key ' || string_agg(fingerprint, ', ' order by fingerprint) from vault.key_fingerprint), 'none') as remembered"
    ) -%}
    {%- set at_hand, remembered = found.rows[0][0], found.rows[0][1] -%}
    {%- if at_hand != remembered -%}
        {{ exceptions.raise_compiler_error(
            "Wrong key: this database was built with " ~ remembered ~ ", in vault.hmac_pads is " ~ at_hand ~ ". Set "
            ~ "RENDEZVOUS_KEY_FILE to the right key and run `rendezvous keys install`. Nothing was built."
        ) }}
    {%- endif -%}
{%- endmacro %}

{% macro ga360_export_days() -%}
    {% for entry in var('ga360_properties') -%}
    select
        'ga360' as source_system,
        '{{ entry.property }}' as property,
        case
            when starts_with(table_id, 'ga_sessions_intraday_') then 'intraday'
            when starts_with(table_id, 'ga_realtime_sessions_') then 'streaming'
            else 'daily'
        end as table_kind,
        safe.parse_date('%Y%m%d', right(table_id, 8)) as table_date,
        cast(last_modified_time as string) || ':' || cast(row_count as string) || ':' || cast(size_bytes as string)
            as version,
        size_bytes as byte_count
    from `{{ target.project }}`.`{{ entry.dataset }}`.`__TABLES__`
    where
        regexp_contains(table_id, r'^(ga_sessions|ga_sessions_intraday|ga_realtime_sessions)_20[0-9]{6}$')
        and safe.parse_date('%Y%m%d', right(table_id, 8)) is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
