{#- Text true/false (any case; also 1/0, yes/no) to BOOL; NULL when unreadable. Example: to_bool('is_return'). -#}
{% macro to_bool(x) %}{{ return(adapter.dispatch('to_bool', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_bool(x) %}case lower(trim(cast({{ x }} as string))) when 'true' then true when '1' then true when 'yes' then true when 'false' then false when '0' then false when 'no' then false end{% endmacro %}

{% macro duckdb__to_bool(x) %}case lower(trim(cast({{ x }} as varchar))) when 'true' then true when '1' then true when 'yes' then true when 'false' then false when '0' then false when 'no' then false end{% endmacro %}
