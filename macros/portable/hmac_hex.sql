{#- HMAC-SHA256 of a text under the house's key, 64 hex digits; NULL for NULL and for ''. The pads come from the
    connection (DuckDB) or from the closed table vault.hmac_pads (BigQuery), never from SQL text.
    Source: RFC 2104; pads and message are joined as hex text, which is right on every engine.
    Example: hmac_hex(sha256_hex('email')). Without a key the run has stopped long before. -#}
{% macro hmac_hex(x) %}{{ return(adapter.dispatch('hmac_hex', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__hmac_hex(x) %}case when {{ x }} <> '' then to_hex(sha256(from_hex((select outer_pad_hex from {{ var('pads_relation', 'vault.hmac_pads') }}) || to_hex(sha256(from_hex((select inner_pad_hex from {{ var('pads_relation', 'vault.hmac_pads') }}) || to_hex(cast({{ x }} as bytes)))))))) end{% endmacro %}

{% macro duckdb__hmac_hex(x) %}case when {{ x }} <> '' then sha256(getvariable('rendezvous_outer_pad') || unhex(sha256(getvariable('rendezvous_inner_pad') || encode({{ x }})))) end{% endmacro %}
