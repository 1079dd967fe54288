{#- A view's SQL as it is kept in the database. DuckDB calls a database what its file is called, or what a reader attaches it
    as, so a view that names its own cannot be read from a copy with another name, nor by `attach 'house.duckdb' as bi`.
    Without that name DuckDB looks beside the view. Arguments: the view, its SQL with names as dbt writes them. -#}
{% macro view_body(relation, sql) %}{{ return(adapter.dispatch('view_body', 'rendezvous')(relation, sql)) }}{% endmacro %}

{% macro bigquery__view_body(relation, sql) %}{{ return(sql) }}{% endmacro %}

{% macro duckdb__view_body(relation, sql) %}
    {{ return(sql | replace(adapter.quote(relation.database) ~ '."', '"')) }}
{% endmacro %}
