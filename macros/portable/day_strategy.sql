{#- How a day-local table is kept, as configuration: replaced day by day by a materialization of our own on DuckDB, by
    insert_overwrite with a static list of partitions on BigQuery (with the dynamic list, a day that has become empty
    would keep its old rows). Use: through by_day() only. -#}
{% macro day_strategy() %}{{ return(adapter.dispatch('day_strategy', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__day_strategy() %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'on_schema_change': 'fail',
        'partition_by': {'field': 'report_date', 'data_type': 'date'},
        'partitions': days_to_build(),
    }) }}
{% endmacro %}

{% macro duckdb__day_strategy() %}{{ return({'materialized': 'by_day'}) }}{% endmacro %}
