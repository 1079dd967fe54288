{#- How a day-local table is kept, as configuration: replaced day by day by a materialization of our own on DuckDB, by
    insert_overwrite with a list of constant partitions on BigQuery (bq_insert_overwrite_sql below).
    Use: through by_day() only. -#}
{% macro day_strategy() %}{{ return(adapter.dispatch('day_strategy', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__day_strategy() %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'insert_overwrite',
        'on_schema_change': 'fail',
        'partition_by': {'field': 'report_date', 'data_type': 'date'},
    }) }}
{% endmacro %}

{#- In place of dbt-bigquery's macro of this name, which has two traps. Its config `partitions` is read when the project
    is parsed, when no day is known yet; without it the days are those of the new rows, and a day that has become empty
    would keep its old ones. And it compares date(report_date), not the column itself. Here the days are those of this
    run, as constants beside the bare column; when there is none, a day that no table has. The table of new rows is
    there: on_schema_change: fail has it made first. -#}
{% macro bq_insert_overwrite_sql(
    tmp_relation, target_relation, sql, unique_key, partition_by, partitions, dest_columns, tmp_relation_exists, copy_partitions
) -%}
    {%- set days = days_to_build() or ["date '0001-01-01'"] -%}
    {%- set is_replaced = 'dbt_internal_dest.' ~ partition_by.field ~ ' in (' ~ days | join(', ') ~ ')' -%}
    {{ get_insert_overwrite_merge_sql(target_relation, '(select * from ' ~ tmp_relation ~ ')', dest_columns, [is_replaced]) }};
    drop table if exists {{ tmp_relation }};
{%- endmacro %}

{% macro duckdb__day_strategy() %}{{ return({'materialized': 'by_day'}) }}{% endmacro %}
