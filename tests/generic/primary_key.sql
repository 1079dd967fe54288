{#- Fails for every value of a column that stands more than once, and if it is ever missing, or one of the columns
    never_null is: without_<column> says which. One test where dbt has many: a test costs dbt more than it costs the
    database. Example: data_tests: [primary_key: {arguments: {never_null: [channel]}}]. -#}
{% test primary_key(model, column_name, never_null=[]) %}

select
    {{ column_name }},
    count(*) as row_count
    {{- counts_without(never_null) }}
from {{ model }}
group by {{ column_name }}
having
    count(*) > 1
    or {{ column_name }} is null
    {{- lacks_any(never_null) }}

{% endtest %}
