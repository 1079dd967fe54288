{#- A time zone name if the IANA database knows it (seed time_zones), else NULL: a query on local time stops at a name
    that the engine does not know. Example: known_time_zone('timezone'). -#}
{% macro known_time_zone(x) -%}
    {%- set name = clean_text(x) -%}
    {{ return("case when " ~ name ~ " in (select time_zones.time_zone from " ~ ref('time_zones') ~ " as time_zones) then " ~ name ~ " end") }}
{%- endmacro %}
