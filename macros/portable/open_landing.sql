{#- What must stand before the first model can read what has landed. DuckDB: nothing, the plugin has opened the files.
    BigQuery: the keys are in the vault, are those the vault remembers (no key, no run) and hash whose rows the seeds say
    today, the tables of erased people are there, every dataset of var ga360_properties is there, and the view landing.export_days tells which export of which day lies there, in which version, from the shards' own
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
    {%- do check_keys_in_vault() -%}
    {%- do check_key_origins() -%}
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

{#- BigQuery: stops the run when a key that hashes anything has no pads in the vault, or pads are of another key than the
    one it remembers by that name: two keys in one place reconcile nobody. As rendezvous.keys.check_database does on DuckDB, with the same fingerprints. -#}
{% macro check_keys_in_vault() -%}
    {%- for name in ['key_fingerprint', 'key_origins'] if adapter.get_relation(database=target.project, schema='vault', identifier=name) is none -%}
        {{ exceptions.raise_compiler_error("No key: vault." ~ name ~ " does not exist. Run `rendezvous keys install` again. Nothing was built.") }}
    {%- endfor -%}
    {%- set found = run_query(
        "select key_name, coalesce('key ' || at_hand, 'none') as at_hand, coalesce('key ' || known.fingerprint, 'none') as remembered"
        ~ " from (select key_name, substr(" ~ hmac_hex("'rendezvous key fingerprint'") ~ ", 1, 16) as at_hand"
        ~ " from (select name as key_name from vault.hmac_pads"
        ~ " union distinct select name from vault.key_origins) as named) as pads"
        ~ " left join vault.key_fingerprint as known on pads.key_name = known.name"
        ~ " where at_hand is null or known.fingerprint is distinct from at_hand order by key_name"
    ) -%}
    {%- for row in found.rows -%}
        {{ exceptions.raise_compiler_error(
            "Wrong key: this database was built with " ~ row[2] ~ ", in vault.hmac_pads is " ~ row[1] ~ " (" ~ row[0] ~ "). Set "
            ~ "RENDEZVOUS_KEY_FILE to the right key and run `rendezvous keys install`. Nothing was built."
        ) }}
    {%- endfor -%}
{%- endmacro %}

{#- BigQuery: stops the run when what the vault holds of whose rows get which key is not what seeds key_jurisdictions and
    transfer_bases say today: they were changed since, or a basis has begun or ended. On DuckDB every run reads the seeds. -#}
{% macro check_key_origins() -%}
    {%- set listed = [] -%}
    {%- for name in ['key_jurisdictions', 'transfer_bases'] -%}
        {%- do listed.append(graph.nodes['seed.rendezvous.' ~ name].checksum.checksum) -%}
    {%- endfor -%}
    {%- set found = run_query("select max(lists) as lists, cast(max(holds_from) as string) as holds_from, cast(max(changes_on) as string) as changes_on from vault.key_origins").rows[0] -%}
    {%- if found[0] != listed | join(' ') or not found[1] | string <= as_of_text()[:10] < found[2] | string -%}
        {{ exceptions.raise_compiler_error(
            "vault.key_origins is not what seeds key_jurisdictions and transfer_bases say on " ~ as_of_text()[:10]
            ~ " (what is there holds from " ~ found[1] ~ " until " ~ found[2] ~ "). Run `rendezvous keys install`. Nothing was built."
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
