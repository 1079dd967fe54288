{#- Predicate: any day at all. BigQuery refuses to read a table with require_partition_filter without a word about the
    day; this is one, and no shard is without a day. DuckDB asks for none, and a missing day must not go unseen.
    Example: where {{ on_any_day('report_date') }}. NULL: left out on BigQuery, kept on DuckDB. -#}
{% macro on_any_day(report_date) %}{{ return(adapter.dispatch('on_any_day', 'rendezvous')(report_date)) }}{% endmacro %}

{% macro bigquery__on_any_day(report_date) %}{{ return(report_date ~ " >= date '0001-01-01'") }}{% endmacro %}

{% macro duckdb__on_any_day(report_date) %}{{ return('true') }}{% endmacro %}
