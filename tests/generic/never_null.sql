{#- Fails if one of the columns is ever missing; without_<column> says which and in how many rows. For tables without a
    key of their own: primary_key and grain_is have it built in. Example: never_null: {arguments: {columns: [channel]}}. -#}
{% test never_null(model, columns) %}

with counted as (

    select
        count(*) as row_count
        {{- counts_without(columns) }}
    from {{ model }}

)

select *
from counted
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}without_{{ column }} > 0
    {%- endfor %}

{% endtest %}
