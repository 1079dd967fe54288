{#- The first group of the first match (RE2, one group in the pattern); NULL if there is no match.
    Example: regexp_extract_group('url', "'^https?://([^/]+)'"). -#}
{% macro regexp_extract_group(x, pattern) %}{{ return(adapter.dispatch('regexp_extract_group', 'rendezvous')(x, pattern)) }}{% endmacro %}

{% macro bigquery__regexp_extract_group(x, pattern) %}regexp_extract({{ x }}, r{{ pattern }}){% endmacro %}

{% macro duckdb__regexp_extract_group(x, pattern) %}case when regexp_matches({{ x }}, {{ pattern }}) then regexp_extract({{ x }}, {{ pattern }}, 1) end{% endmacro %}
