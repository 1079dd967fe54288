{#- Fails for every combination of the key columns that stands more than once, or of which a part is missing (unless the
    part may be). Example: grain_is: {arguments: {columns: [store_id, sku], may_be_null: []}}. -#}
{% test grain_is(model, columns, may_be_null=[]) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in may_be_null %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
