{#- A text that no other row has; another one on every run, so it serves only to tell rows of one table apart, never
    in a key and never outside staging. -#}
{% macro row_id() %}{{ return(adapter.dispatch('row_id', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__row_id() %}generate_uuid(){% endmacro %}

{% macro duckdb__row_id() %}cast(uuid() as varchar){% endmacro %}
