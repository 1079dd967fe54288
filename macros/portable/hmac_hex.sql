{#- HMAC-SHA256 of a text under one of the house's keys, 64 hex digits; NULL for NULL and for ''. `key_name` is the column
    that tells which, by its name (macro key_name_of): a column, for BigQuery looks the pads up by it. A name that no key
    has gives NULL, never a hash without a key. The pads come from the connection (DuckDB) or from the closed table vault.hmac_pads (BigQuery), never from SQL text.
    Source: RFC 2104; pads and message are joined as hex text, which is right on every engine.
    Example: hmac_hex(sha256_hex('email')), in a row with a column key_name. -#}
{% macro hmac_hex(x, key_name='key_name') %}{{ return(adapter.dispatch('hmac_hex', 'rendezvous')(x, key_name)) }}{% endmacro %}

{% macro bigquery__hmac_hex(x, key_name) -%}
    {%- set pads = "vault.hmac_pads as pads where pads.name = " ~ key_name -%}
    case when {{ x }} <> '' then to_hex(sha256(from_hex((select pads.outer_pad_hex from {{ pads }}) || to_hex(sha256(from_hex((select pads.inner_pad_hex from {{ pads }}) || to_hex(cast({{ x }} as bytes)))))))) end
{%- endmacro %}

{% macro duckdb__hmac_hex(x, key_name) %}case when {{ x }} <> '' then sha256(getvariable('rendezvous').outer_pads[{{ key_name }}] || unhex(sha256(getvariable('rendezvous').inner_pads[{{ key_name }}] || encode({{ x }})))) end{% endmacro %}
