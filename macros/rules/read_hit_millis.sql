{#- Milliseconds from the start of a session part to a hit; NULL when unreadable, negative or beyond two days: a part
    never outlives its local day. Example: read_hit_millis('hit.time'). -#}
{% macro read_hit_millis(x) -%}
    {{ return("case when " ~ to_int(x) ~ " between 0 and 172800000 then " ~ to_int(x) ~ " end") }}
{%- endmacro %}
