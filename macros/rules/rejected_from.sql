{#- The rejected rows of one base model in the columns of quarantine.rejected_rows. The reason is a code: a quarantine that
    quoted cells would be another copy of personal data. Example: rejected_from('pos', 'transactions'). -#}
{% macro rejected_from(system, table) -%}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as table_name,
        _file as file,
        _line as line,
        rejected_because as reason
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where rejected_because is not null
{%- endmacro %}
