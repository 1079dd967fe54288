{#- Fifteen bits of a text beside its text_id, by which most texts that share that number are told apart without reading them:
    a small number, never negative, the same for the same text within one version of the engine. The two engines' differ.
    Example: text_check('node_key'). NULL is not a text: leave it out first. -#}
{% macro text_check(x) %}{{ return(adapter.dispatch('text_check', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__text_check(x) %}(farm_fingerprint(concat({{ x }}, '#')) & 32767){% endmacro %}

{% macro duckdb__text_check(x) %}cast(hash({{ x }} || '#') & 32767 as smallint){% endmacro %}
