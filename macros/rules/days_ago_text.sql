{#- How long ago a DATE is, as a person says it: 'today', 'yesterday', '4 days ago'. NULL for NULL.
    Example: days_ago_text('last_acted_on'). -#}
{% macro days_ago_text(day) -%}
    {%- set days = days_ago(day) -%}
    {{ return("case " ~ days ~ " when 0 then 'today' when 1 then 'yesterday' else cast(" ~ days ~ " as string) || ' days ago' end") }}
{%- endmacro %}
