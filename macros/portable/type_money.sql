{#- The type of amounts: 38 digits, 9 of them decimals (BigQuery's NUMERIC). Example: cast(x as {{ type_money() }}). -#}
{% macro type_money() %}{{ return(adapter.dispatch('type_money', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__type_money() %}numeric{% endmacro %}

{% macro duckdb__type_money() %}decimal(38, 9){% endmacro %}
