{#- A text in lower case, letter by letter: İ becomes i with a dot above, as sites and Python have it and DuckDB does not; Σ
    becomes σ at the end of a word, too, where BigQuery has ς. NULL for NULL. Example: lower_case('motive'). -#}
{% macro lower_case(x) %}{{ return(adapter.dispatch('lower_case', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__lower_case(x) %}lower(replace({{ x }}, 'Σ', 'σ')){% endmacro %}

{% macro duckdb__lower_case(x) %}lower(replace({{ x }}, 'İ', 'i̇')){% endmacro %}
