{#- A condition that always holds, for the side of an `in` by which few rows are looked for in a table of many. DuckDB 1.5 gives
    a scan the Bloom filter of that side only where the side has a condition, and one that its statistics do not answer:
    finding 130,000 of 17,500,000 rows takes half as long with it. Of the result it changes nothing. BigQuery needs none.
    Argument: a column of whole numbers, 0 or above and never NULL, of the side that is looked for.
    Example: where node_id in (select node_id from ends where {{ search_filter('node_id') }}) -#}
{% macro search_filter(column) %}{{ return(adapter.dispatch('search_filter', 'rendezvous')(column)) }}{% endmacro %}

{% macro bigquery__search_filter(column) %}true{% endmacro %}

{% macro duckdb__search_filter(column) %}{{ column }} % 2 >= 0{% endmacro %}
