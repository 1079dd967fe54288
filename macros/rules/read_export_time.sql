{#- Instant of a streaming export from microseconds of the epoch; NULL when unreadable, negative or after 2100.
    Example: read_export_time('exportTimeUsec'). -#}
{% macro read_export_time(x) -%}
    {{ return("case when " ~ to_int(x) ~ " between 0 and 4102444800000000 then " ~ timestamp_from_micros(to_int(x)) ~ " end") }}
{%- endmacro %}
