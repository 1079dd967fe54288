{#- The configuration of a table with a long history: on BigQuery it is partitioned by the month of an instant, since ten
    years of days would be more partitions than one statement may write. On DuckDB the word means files in folders.
    Use: {{ config(**by_month('occurred_at')) }} -#}
{% macro by_month(instant) %}{{ return(adapter.dispatch('by_month', 'rendezvous')(instant)) }}{% endmacro %}

{% macro bigquery__by_month(instant) %}
    {{ return({
        'materialized': 'table',
        'partition_by': {'field': instant, 'data_type': 'timestamp', 'granularity': 'month'},
    }) }}
{% endmacro %}

{% macro duckdb__by_month(instant) %}{{ return({'materialized': 'table'}) }}{% endmacro %}
