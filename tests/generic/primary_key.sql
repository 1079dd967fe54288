{#- Fails for every value of a column that stands more than once, and if it is ever missing. One test where dbt has
    two: a test costs dbt more than it costs the database. Example: data_tests: [primary_key]. -#}
{% test primary_key(model, column_name) %}

select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null

{% endtest %}
