{#- Start of a visit in seconds of the epoch; NULL when unreadable or not between 2005 and 2100: then it is another unit or
    no time at all. Example: read_visit_start('visitStartTime'). -#}
{% macro read_visit_start(x) -%}
    {{ return("case when " ~ to_int(x) ~ " between 1104537600 and 4102444800 then " ~ to_int(x) ~ " end") }}
{%- endmacro %}
