{#- Select list of a test: for each column, in how many rows it is missing, as without_<column>. Begins with a comma;
    nothing for no columns. Example: select count(*) as row_count {{ counts_without(['channel']) }}. -#}
{% macro counts_without(columns) -%}
    {%- for column in columns %},
    count(*) - count({{ column }}) as without_{{ column }}
    {%- endfor %}
{%- endmacro %}

{#- Rest of a HAVING: or one of the columns is missing in a row. Nothing for no columns. -#}
{% macro lacks_any(columns) -%}
    {%- for column in columns %}
    or count(*) > count({{ column }})
    {%- endfor %}
{%- endmacro %}

{#- Says on the console which columns made a key test or never_null fail, which its name does not; counts, no values.
    Use: at the end of a run, with dbt's results; without a failure it asks nothing. -#}
{% macro name_missing_columns(results) -%}
    {%- for result in results if result.status in ['fail', 'warn'] and result.node.test_metadata -%}
        {%- set given = result.node.test_metadata.kwargs -%}
        {%- set columns = given.columns if result.node.test_metadata.name == 'never_null' else given.never_null -%}
        {%- if columns -%}
            {%- set sums = [] -%}
            {%- for column in columns -%}
                {%- do sums.append('sum(without_' ~ column ~ ') as ' ~ column) -%}
            {%- endfor -%}
            {%- set counts = run_query(
                'select ' ~ sums | join(', ') ~ ' from (' ~ result.node.compiled_code ~ ') as failed'
            ).rows[0] -%}
            {%- for column in columns -%}
                {%- if counts[column] -%}
                    {%- set table = result.node.attached_node.split('.')[-1] -%}
                    {%- do log(table ~ '.' ~ column ~ ' is NULL in ' ~ counts[column] ~ ' rows', info=true) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
