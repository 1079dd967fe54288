{#- Fails for every value of a column that stands more than once, and if it is ever missing, or one of the columns
    never_null is, or a column has a value that one_of does not list for it: without_<column> and other_<column> say which;
    NULL is no value. One test where dbt has many: a test costs dbt more than it costs the database.
    Example: data_tests: [primary_key: {arguments: {never_null: [channel], one_of: {channel: [web, store]}}}]. -#}
{% test primary_key(model, column_name, never_null=[], one_of={}) %}

select
    {{ column_name }},
    count(*) as row_count
    {{- counts_without(never_null) }}
    {{- counts_of_others(one_of) }}
from {{ model }}
group by {{ column_name }}
having
    count(*) > 1
    or {{ column_name }} is null
    {{- lacks_any(never_null) }}
    {{- has_others(one_of) }}

{% endtest %}
