{#- The elements of an array as rows with their place, from 0, as <name>_offset; rows without elements are dropped.
    Example: cross join {{ unnest_numbered('hits.product', 'product') }}, then product.productSKU, product_offset.
    DuckDB: `with ordinality` means the same and takes
    twenty times as long; and so does this one above a `where`: make the array
    NULL in rows that are not wanted instead. -#}
{% macro unnest_numbered(array, name) %}{{ return(adapter.dispatch('unnest_numbered', 'rendezvous')(array, name)) }}{% endmacro %}

{% macro bigquery__unnest_numbered(array, name) %}unnest({{ array }}) as {{ name }} with offset as {{ name }}_offset{% endmacro %}

{% macro duckdb__unnest_numbered(array, name) %}lateral (select unnest({{ array }}) as {{ name }}, generate_subscripts({{ array }}, 1) - 1 as {{ name }}_offset) as {{ name }}_rows{% endmacro %}
