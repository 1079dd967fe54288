{#- The rows of one base model in which a field could not be read, with their comma list of columns.
    Example: unreadable_from('pos', 'transactions'). -#}
{% macro unreadable_from(system, table) -%}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as table_name,
        _file as file,
        _line as line,
        rejected_because,
        unreadable_fields
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where unreadable_fields is not null
{%- endmacro %}
