{#- MD5 of a text as 32 lower-case hex digits; for surrogate keys only, never for personal data. NULL for NULL. -#}
{% macro md5_hex(x) %}{{ return(adapter.dispatch('md5_hex', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__md5_hex(x) %}to_hex(md5({{ x }})){% endmacro %}

{% macro duckdb__md5_hex(x) %}md5({{ x }}){% endmacro %}
