{#- How many letters must be put in, left out or exchanged to make one text of the other; NULL if either is NULL. For texts
    of a–z and 0–9 alone: DuckDB counts bytes, BigQuery letters. Example: edit_distance('one.family_name', 'other.family_name'). -#}
{% macro edit_distance(x, y) %}{{ return(adapter.dispatch('edit_distance', 'rendezvous')(x, y)) }}{% endmacro %}

{% macro bigquery__edit_distance(x, y) %}edit_distance({{ x }}, {{ y }}){% endmacro %}

{% macro duckdb__edit_distance(x, y) %}levenshtein({{ x }}, {{ y }}){% endmacro %}
