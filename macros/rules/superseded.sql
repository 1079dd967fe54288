{#- Why a usable row gives way to another of its key: 'repeated_record' (the same content landed again), 'duplicate_key'
    (another version is newer), else NULL. The row that stands is the newest, then the one of the last file and line;
    a row with a flaw never displaces one without. Needs the columns flaw, record_key, _file, _line.
    Example: superseded(['transaction_id'], 'sold_at'). Without
    `newest` files tell; `before` breaks a tie of `newest`, smallest first. -#}
{% macro superseded(key_columns, newest=none, before=none) -%}
    {%- set standing -%}
        case when flaw is null then 0 else 1 end,
        {%- if newest %} {{ newest }} desc nulls last,{% endif %}
        {%- if before %} {{ before }} asc nulls last,{% endif %} _file desc nulls last, _line desc nulls last
    {%- endset -%}
    case
            when row_number() over (partition by record_key order by {{ standing }}) > 1
                then 'repeated_record'
            when row_number() over (partition by {{ key_columns | join(', ') }} order by {{ standing }}) > 1
                then 'duplicate_key'
        end
{%- endmacro %}
