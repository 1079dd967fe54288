{#- Every match of a pattern held in a column, joined by '&' in the order of the text; NULL when there is none, and for a
    NULL pattern. The pattern has one group, which is what is kept. Example: matches_joined('query', 'pattern'). -#}
{% macro matches_joined(x, pattern_column) %}{{ return(adapter.dispatch('matches_joined', 'rendezvous')(x, pattern_column)) }}{% endmacro %}

{% macro bigquery__matches_joined(x, pattern_column) %}nullif(array_to_string(regexp_extract_all({{ x }}, {{ pattern_column }}), '&'), ''){% endmacro %}

{% macro duckdb__matches_joined(x, pattern_column) %}nullif(array_to_string(regexp_extract_all({{ x }}, {{ pattern_column }}, 1), '&'), ''){% endmacro %}
