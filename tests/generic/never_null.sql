{#- Fails if one of the columns is ever missing, or a column has a value that one_of does not list for it: without_<column>
    and other_<column> say which and in how many rows. For tables without a key of their own: primary_key and grain_is have
    it built in. Example: never_null: {arguments: {columns: [channel], one_of: {channel: [web, store]}}}. -#}
{% test never_null(model, columns, one_of={}) %}

with counted as (

    select
        count(*) as row_count
        {{- counts_without(columns) }}
        {{- counts_of_others(one_of) }}
    from {{ model }}

)

select *
from counted
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}without_{{ column }} > 0
    {%- endfor %}
    {%- for column in one_of %}
    or other_{{ column }} > 0
    {%- endfor %}

{% endtest %}
