{#- The elements of an array as rows, each under one name; for use behind `cross join` (drops rows without elements)
    or `left join … on true` (keeps them). Example: cross join {{ unnest_rows('sessions.hits', 'hit') }}, then hit.page.pagePath. -#}
{% macro unnest_rows(array, alias) %}{{ return(adapter.dispatch('unnest_rows', 'rendezvous')(array, alias)) }}{% endmacro %}

{% macro bigquery__unnest_rows(array, alias) %}unnest({{ array }}) as {{ alias }}{% endmacro %}

{% macro duckdb__unnest_rows(array, alias) %}unnest({{ array }}) as {{ alias }}_rows({{ alias }}){% endmacro %}
