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

{#- The same for values that are not listed, one_of being {column: [values]}: how many rows have one, as other_<column>.
    Example: select count(*) as row_count {{ counts_of_others({'channel': ['web', 'store']}) }}. -#}
{% macro counts_of_others(one_of) -%}
    {%- for column, values in one_of.items() %},
    {{ count_of_others(column, values) }} as other_{{ column }}
    {%- endfor %}
{%- endmacro %}

{#- Rest of a HAVING: or a column has a value that is not listed for it. Nothing for no columns. -#}
{% macro has_others(one_of) -%}
    {%- for column, values in one_of.items() %}
    or {{ count_of_others(column, values) }} > 0
    {%- endfor %}
{%- endmacro %}

{#- Aggregate: the rows in which a column has another value than those listed. -#}
{% macro count_of_others(column, values) -%}
    count(case when {{ column }} not in ('{{ values | join("', '") }}') then 1 end)
{%- endmacro %}

{#- Says on the console which columns made a key test or never_null fail, which its name does not; counts, no values.
    Use: at the end of a run, with dbt's results; without a failure it asks nothing. -#}
{% macro name_columns_at_fault(results) -%}
    {%- for result in results if result.status in ['fail', 'warn'] and result.node.test_metadata -%}
        {%- set given = result.node.test_metadata.kwargs -%}
        {%- set columns = given.columns if result.node.test_metadata.name == 'never_null' else given.never_null -%}
        {%- set faults = [] -%}
        {%- for column in columns or [] -%}
            {%- do faults.append(('without_' ~ column, column ~ ' is NULL')) -%}
        {%- endfor -%}
        {%- for column in given.one_of or {} -%}
            {%- do faults.append(('other_' ~ column, column ~ ' is none of its values')) -%}
        {%- endfor -%}
        {%- if faults -%}
            {%- set sums = [] -%}
            {%- for counted, _ in faults -%}
                {%- do sums.append('sum(' ~ counted ~ ') as ' ~ counted) -%}
            {%- endfor -%}
            {%- set counts = run_query(
                'select ' ~ sums | join(', ') ~ ' from (' ~ result.node.compiled_code ~ ') as failed'
            ).rows[0] -%}
            {%- set table = result.node.attached_node.split('.')[-1] -%}
            {%- for counted, words in faults if counts[counted] -%}
                {%- do log(table ~ '.' ~ words ~ ' in ' ~ counts[counted] ~ ' rows', info=true) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
