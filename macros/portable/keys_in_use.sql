{#- The names of the keys under which anything is hashed, as a relation with the one column key_name. An address that must
    be found whatever key it stands under is hashed once under each. Use: cross join {{ keys_in_use() }} as keys_in_use. -#}
{% macro keys_in_use() %}{{ return(adapter.dispatch('keys_in_use', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__keys_in_use() %}(select distinct listed.name as key_name from vault.key_origins as listed){% endmacro %}

{% macro duckdb__keys_in_use() %}(select distinct unnest(map_values(getvariable('rendezvous').key_origins)) as key_name){% endmacro %}
