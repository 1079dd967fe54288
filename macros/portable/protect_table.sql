{#- What a table needs that dbt sets only when it creates it, or not at all: policy tags on its personal columns, row
    policies, the days after which its partitions go. Use: +post-hook of all models, after every build, since a replaced
    table comes back without tags and policies. DuckDB has no such thing. -#}
{% macro protect_table() -%}
    {%- if execute -%}
        {%- do adapter.dispatch('protect_table', 'rendezvous')() -%}
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__protect_table() -%}
    {%- if model.config.materialized == 'view' -%}{{ return('') }}{%- endif -%}
    {%- do tag_personal_columns() -%}
    {%- do keep_partitions_for() -%}
    {%- do open_rows_by_boutique() -%}
{%- endmacro %}

{% macro duckdb__protect_table() %}{{ return('') }}{% endmacro %}

{#- Every column of this table that is personal by its name gets the policy tag of its class. -#}
{% macro tag_personal_columns() -%}
    {%- set tags = {} -%}
    {%- for class, tag in var('bigquery_policy_tags').items() -%}
        {%- for name in var('personal_columns')[class] -%}
            {%- do tags.update({name: {'name': name, 'description': '', 'policy_tags': [tag]}}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if tags -%}
        {%- set found = {} -%}
        {%- for column in adapter.get_columns_in_relation(this) if column.name in tags -%}
            {%- do found.update({column.name: tags[column.name]}) -%}
        {%- endfor -%}
        {%- do adapter.update_columns(this, found) -%}
    {%- endif -%}
{%- endmacro %}

{#- Trap: dbt writes partition_expiration_days when it creates a table, and never again. Said anew after every build, a
    changed number reaches the tables that are there, and 0 takes the limit away. -#}
{% macro keep_partitions_for() -%}
    {%- if 'by_day' in model.tags -%}
        {%- set days = var('bigquery_web_retention_days') | int -%}
        {%- do run_query(
            'alter table ' ~ this ~ ' set options (partition_expiration_days = ' ~ (days if days else 'null') ~ ')'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Advisors read the rows of their boutique. Trap: the first policy shuts out everyone without one, dbt included, so the
    build account is let in before any boutique is. -#}
{% macro open_rows_by_boutique() -%}
    {%- set column = model.config.meta.get('row_access') -%}
    {%- set build_account = var('bigquery_build_account') -%}
    {%- if column and build_account -%}
        {%- do run_query(
            'create or replace row access policy build_account on ' ~ this
            ~ ' grant to ("' ~ build_account ~ '") filter using (true)'
        ) -%}
        {%- for boutique in var('bigquery_boutiques') -%}
            {%- do run_query(
                'create or replace row access policy boutique_' ~ boutique.store_id | lower ~ ' on ' ~ this
                ~ ' grant to ("' ~ boutique.members | join('", "') ~ '") filter using ('
                ~ column ~ " = '" ~ boutique.store_id ~ "')"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
