{#- Fails for every combination of the key columns that stands more than once, or of which a part is missing (unless the
    part may be), or with which one of the columns never_null is, or a column has a value that one_of does not list for it:
    without_<column> and other_<column> say which; NULL is no value.
    Example: grain_is: {arguments: {columns: [store_id, sku], never_null: [quantity], one_of: {size: [s, m, l]}}}. -#}
{% test grain_is(model, columns, may_be_null=[], never_null=[], one_of={}) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
    {{- counts_without(never_null) }}
    {{- counts_of_others(one_of) }}
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in may_be_null %}
    or {{ column }} is null
    {%- endfor %}
    {{- lacks_any(never_null) }}
    {{- has_others(one_of) }}

{% endtest %}
