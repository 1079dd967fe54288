{#- A text without its accents and other marks on letters, of any script; NULL for NULL. -#}
{% macro strip_accents(x) %}{{ return(adapter.dispatch('strip_accents', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__strip_accents(x) %}normalize(regexp_replace(normalize({{ x }}, NFD), r'\p{M}', ''), NFC){% endmacro %}

{% macro duckdb__strip_accents(x) %}nfc_normalize(strip_accents({{ x }})){% endmacro %}
