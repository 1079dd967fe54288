{#- The value at an index of a custom-dimension array (struct of index and value). '' and '(not set)' count as absent;
    of repeated indexes the greatest value wins, so the pick does not depend on order; NULL if absent.
    Example: indexed_value('hit.customDimensions', 5). -#}
{% macro indexed_value(array, index) %}{{ return(adapter.dispatch('indexed_value', 'rendezvous')(array, index)) }}{% endmacro %}

{% macro bigquery__indexed_value(array, index) %}(select max(nullif(nullif({{ trim_all('slot.value') }}, ''), '(not set)')) from unnest({{ array }}) as slot where {{ to_int('slot.index') }} = {{ index }}){% endmacro %}

{% macro duckdb__indexed_value(array, index) %}list_max(list_transform(list_filter({{ array }}, lambda slot: {{ to_int('slot.index') }} = {{ index }}), lambda slot: nullif(nullif({{ trim_all('slot.value') }}, ''), '(not set)'))){% endmacro %}
