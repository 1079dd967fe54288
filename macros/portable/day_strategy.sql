{#- How whole days of an incremental table are replaced, the emptied ones included, as configuration: a strategy of
    our own on DuckDB, insert_overwrite with a static list of partitions on BigQuery (with the dynamic list, a day
    that has become empty would keep its old rows). Use: through by_day() only. -#}
{% macro day_strategy() %}{{ return(adapter.dispatch('day_strategy', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__day_strategy() %}
    {{ return({
        'incremental_strategy': 'insert_overwrite',
        'partition_by': {'field': 'report_date', 'data_type': 'date'},
        'partitions': days_to_build(),
    }) }}
{% endmacro %}

{% macro duckdb__day_strategy() %}{{ return({'incremental_strategy': 'replace_days'}) }}{% endmacro %}

{#- dbt's hook for the strategy replace_days: delete the days of this run, insert what was built for them. -#}
{% macro get_incremental_replace_days_sql(arg_dict) -%}
    {%- set days = days_to_build() -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {% if days %}
    delete from {{ arg_dict['target_relation'] }} where report_date in ({{ days | join(', ') }});
    {% endif %}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}
