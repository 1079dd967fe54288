{#- What becomes of the table of a model that has become a view: dbt made it, and the view says what it said, so it goes.
    dbt-bigquery stops there and asks for --full-refresh, which would build all days anew as well; DuckDB's own is in
    in_place.sql. dbt calls it before it makes a view. -#}
{% macro bigquery__handle_existing_table(full_refresh, old_relation) %}{% do adapter.drop_relation(old_relation) %}{% endmacro %}
