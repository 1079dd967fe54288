{#- A number that stands for a text while a graph is worked on: 63 bits, never negative, the same for the same text within
    one version of the engine. Whoever uses it checks that no two texts share one, and keeps what it gives for a constant beside
    what is kept, for another version of DuckDB may number otherwise. The two engines' numbers differ: never show them.
    Example: text_id('left_node'). NULL is not a text: leave it out first. -#}
{% macro text_id(x) %}{{ return(adapter.dispatch('text_id', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__text_id(x) %}(farm_fingerprint({{ x }}) & 9223372036854775807){% endmacro %}

{% macro duckdb__text_id(x) %}cast(hash({{ x }}) >> 1 as bigint){% endmacro %}
