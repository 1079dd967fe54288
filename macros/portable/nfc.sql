{#- Unicode normal form C; NULL for NULL. -#}
{% macro nfc(x) %}{{ return(adapter.dispatch('nfc', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__nfc(x) %}normalize({{ x }}, NFC){% endmacro %}

{% macro duckdb__nfc(x) %}nfc_normalize({{ x }}){% endmacro %}
