{#- A number for what some columns hold, nested ones included: the same for the same content within one version of the
    engine, another on each engine. It decides between rows that nothing else tells apart, where chance (row_id) would have
    each build decide anew; never a key. Argument: a list of columns. Example: content_id(['visit_number', 'hits']). -#}
{% macro content_id(columns) %}{{ return(adapter.dispatch('content_id', 'rendezvous')(columns)) }}{% endmacro %}

{% macro bigquery__content_id(columns) %}farm_fingerprint(to_json_string(struct({{ columns | join(', ') }}))){% endmacro %}

{% macro duckdb__content_id(columns) %}cast(hash({{ columns | join(', ') }}) >> 1 as bigint){% endmacro %}
