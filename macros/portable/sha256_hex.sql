{#- SHA-256 of a text in UTF-8, as 64 lower-case hex digits; NULL for NULL. Example: sha256_hex('email'). -#}
{% macro sha256_hex(x) %}{{ return(adapter.dispatch('sha256_hex', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__sha256_hex(x) %}to_hex(sha256({{ x }})){% endmacro %}

{% macro duckdb__sha256_hex(x) %}sha256({{ x }}){% endmacro %}
