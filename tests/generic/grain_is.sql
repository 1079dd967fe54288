{#- Fails for every combination of the key columns that stands more than once, or of which a part is missing (unless the
    part may be), or with which one of the columns never_null is: without_<column> says which.
    Example: grain_is: {arguments: {columns: [store_id, sku], may_be_null: [], never_null: [quantity]}}. -#}
{% test grain_is(model, columns, may_be_null=[], never_null=[]) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
    {{- counts_without(never_null) }}
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in may_be_null %}
    or {{ column }} is null
    {%- endfor %}
    {{- lacks_any(never_null) }}

{% endtest %}
