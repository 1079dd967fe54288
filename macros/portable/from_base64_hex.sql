{#- Base64 (standard or url-safe alphabet, padded or not) to lower-case hex; NULL when unreadable. -#}
{% macro from_base64_hex(x) %}{{ return(adapter.dispatch('from_base64_hex', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__from_base64_hex(x) %}case when regexp_contains({{ x }}, r'^[A-Za-z0-9+/_-]*={0,2}$') then to_hex(safe.from_base64(rpad(replace(replace(rtrim({{ x }}, '='), '-', '+'), '_', '/'), cast(ceil(length(rtrim({{ x }}, '=')) / 4) as int64) * 4, '='))) end{% endmacro %}

{% macro duckdb__from_base64_hex(x) %}case when regexp_full_match({{ x }}, '[A-Za-z0-9+/_-]*={0,2}') and length(rtrim({{ x }}, '=')) % 4 <> 1 then lower(hex(from_base64(rpad(replace(replace(rtrim({{ x }}, '='), '-', '+'), '_', '/'), cast(ceil(length(rtrim({{ x }}, '=')) / 4.0) as integer) * 4, '=')))) end{% endmacro %}
