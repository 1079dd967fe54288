{#- The relation of a table that one model needs while it is made. DuckDB: a temporary table, which is neither packed nor
    written to the file. BigQuery, whose temporary tables end with each job: a table beside the model; drop it at the end.
    Arguments: the model's relation and the scratch table's name, or '' for what all such names begin with. Made by
    create_scratch. Never NULL.
    Example: scratch_table(this, 'given') -> intermediate.my_model__given -#}
{% macro scratch_table(relation, name) %}{{ return(adapter.dispatch('scratch_table', 'rendezvous')(relation, name)) }}{% endmacro %}

{% macro bigquery__scratch_table(relation, name) %}
    {{- return(relation.incorporate(path={'identifier': relation.identifier ~ '__' ~ name}, type='table')) -}}
{% endmacro %}

{% macro duckdb__scratch_table(relation, name) %}
    {%- set path = {'database': 'temp', 'schema': 'main', 'identifier': relation.identifier ~ '__' ~ name} -%}
    {{- return(relation.incorporate(path=path, type='table')) -}}
{% endmacro %}
