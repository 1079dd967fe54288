{#- The keyed hash under which an erased identifier is known: HMAC-SHA256 of '<kind>|<system>|<value>' under the
    suppression key, which is not the house's key, for rotating that one must forget nobody. 64 hex digits; NULL where the
    value is NULL or ''. DuckDB: pads of the connection; BigQuery: of the closed table vault.suppression_pads, where an
    empty table means that nobody was erased. Source: RFC 2104, as hmac_hex. Arguments are expressions.
    Example: tombstone_of("'email'", "''", sha256_hex('normal_email')). -#}
{% macro tombstone_of(kind, system, value) -%}
    {{ return(adapter.dispatch('tombstone_of', 'rendezvous')(kind ~ " || '|' || coalesce(" ~ system ~ ", '') || '|' || " ~ value, value)) }}
{%- endmacro %}

{% macro bigquery__tombstone_of(message, value) %}case when {{ value }} <> '' then to_hex(sha256(from_hex((select max(outer_pad_hex) from vault.suppression_pads) || to_hex(sha256(from_hex((select max(inner_pad_hex) from vault.suppression_pads) || to_hex(cast({{ message }} as bytes)))))))) end{% endmacro %}

{% macro duckdb__tombstone_of(message, value) %}case when {{ value }} <> '' then sha256(getvariable('rendezvous').suppression_outer_pad || unhex(sha256(getvariable('rendezvous').suppression_inner_pad || encode({{ message }})))) end{% endmacro %}
