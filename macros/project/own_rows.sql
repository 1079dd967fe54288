{#- Query: the rows of the model that calls it, as the last build left them; none in a first build, and none under
    --empty, where every input is empty and memory would only learn that everybody has gone, or without a connection
    (compile --no-introspect). For incremental models that remember. columns: names with their types.
    Example: ledger as ({{ own_rows(['node_key string']) }}). -#}
{% macro own_rows(columns) -%}
    {%- set (names, nothing) = ([], []) -%}
    {%- for column in columns -%}
        {%- set (name, type) = column.split() -%}
        {%- do names.append(name) -%}
        {%- do nothing.append('cast(null as ' ~ type ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {%- if flags.INTROSPECT and is_incremental() and not invocation_args_dict.get('empty') -%}
        select {{ names | join(', ') }} from {{ this }}
    {%- else -%}
        select {{ nothing | join(', ') }} limit 0
    {%- endif -%}
{%- endmacro %}
