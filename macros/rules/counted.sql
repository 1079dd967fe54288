{#- A count with its noun, in the singular when it is one: '1 day', '3 days'. NULL for NULL.
    Example: counted('day_count', 'day'). -#}
{% macro counted(n, noun) -%}
    {{ return("cast(" ~ n ~ " as string) || case when " ~ n ~ " = 1 then ' " ~ noun ~ "' else ' " ~ noun ~ "s' end") }}
{%- endmacro %}
