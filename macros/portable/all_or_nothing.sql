{#- Statements of which readers see all or none. DuckDB: dbt has opened a transaction for the model, which ends with its
    adapter.commit(). BigQuery: a script with a transaction of its own; statements that make or drop tables are not
    allowed in it. Argument: a list of statements without semicolons, none of them NULL.
    Example: all_or_nothing(['delete from a where true', 'insert into a (b) values (1)']) -#}
{% macro all_or_nothing(statements) %}{{ return(adapter.dispatch('all_or_nothing', 'rendezvous')(statements)) }}{% endmacro %}

{% macro bigquery__all_or_nothing(statements) %}begin transaction;
{{ statements | join(';\n') }};
commit transaction{% endmacro %}

{% macro duckdb__all_or_nothing(statements) %}{{ statements | join(';\n') }}{% endmacro %}
