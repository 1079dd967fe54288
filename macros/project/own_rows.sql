{#- Query: the rows of the model that calls it, as the last build left them; none in a first build, and none under
    --empty, where every input is empty and memory would only learn that everybody has gone. For incremental models
    that remember. columns: {name: type}. Example: ledger as ({{ own_rows({'node_key': 'string'}) }}). -#}
{% macro own_rows(columns) -%}
    {%- if is_incremental() and not invocation_args_dict.get('empty') -%}
        select {{ columns | join(', ') }} from {{ this }}
    {%- else -%}
        {%- set nothing = [] -%}
        {%- for name, type in columns.items() -%}
            {%- do nothing.append('cast(null as ' ~ type ~ ') as ' ~ name) -%}
        {%- endfor -%}
        select {{ nothing | join(', ') }} limit 0
    {%- endif -%}
{%- endmacro %}
