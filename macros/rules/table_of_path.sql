{#- The table a landed file belongs to: its name without shard, day and extension, `consent/consent_events_2024-05.csv`
    being consent_events. A shard named in letters alone stays part of the name. NULL when it has none.
    Example: table_of_path('path'). -#}
{% macro table_of_path(path) -%}
    {{ return(regexp_extract_group(path, "'([a-z]+(?:_[a-z]+)*)[^/]*$'")) }}
{%- endmacro %}
