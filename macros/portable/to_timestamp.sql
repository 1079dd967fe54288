{#- Text in ISO 8601 to TIMESTAMP in UTC; NULL when unreadable. A date alone is its midnight, seconds may be left out, digits
    beyond the microsecond are dropped, and text without an offset is read as UTC. Example: to_timestamp('created_at').
    Only what a pattern describes meets the engine: behind a row with the name of a zone, DuckDB 1.5 reads rows without an
    offset in that zone, and the engines disagree on 24:00, on a 60th second and on offsets beyond 14 hours. -#}
{% macro to_timestamp(x) %}{{ return(adapter.dispatch('to_timestamp', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__to_timestamp(x) -%}
    {%- set text = "regexp_replace(" ~ whole_seconds(trim_all(x)) ~ ", r'([.][0-9]{6})[0-9]+', r'\\1')" -%}
    case when {{ regexp_contains(x, "'^" ~ blank() ~ "*" ~ instant_pattern('?') ~ blank() ~ "*$'") }} then safe_cast({{ text }} as timestamp) end
{%- endmacro %}

{#- Through timestamptz, since a plain cast would drop the offset; what has seconds and nothing around is cast as it is. -#}
{% macro duckdb__to_timestamp(x) -%}
    case
            when {{ regexp_contains(x, "'^" ~ instant_pattern() ~ "$'") }}
                then cast(try_cast({{ x }} as timestamptz) as timestamp)
            when {{ regexp_contains(x, "'^" ~ blank() ~ "*" ~ instant_pattern('?') ~ blank() ~ "*$'") }}
                then cast(try_cast({{ whole_seconds(trim_all(x)) }} as timestamptz) as timestamp)
        end
{%- endmacro %}

{#- The pattern (RE2) of a date from the year 1000 on, alone or with a time and perhaps an offset; `?` makes seconds optional. -#}
{% macro instant_pattern(optional='') -%}
    {%- set seconds = '(?::[0-5]?[0-9](?:[.][0-9]+)?)' ~ optional -%}
    {%- set offset = '(?:Z|[+-](?:(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|14(?::?00)?))?' -%}
    {%- set time = '[T ](?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]' ~ seconds ~ offset -%}
    {{ return('[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}(?:' ~ time ~ ')?') }}
{%- endmacro %}

{#- The text of an instant with :00 behind minutes that end its time. -#}
{% macro whole_seconds(x) -%}
    {{ return(regexp_replace_all(x, "'([T ][0-9]+:[0-9]+)(Z|[+-].*)?$'", "'\\1:00\\2'")) }}
{%- endmacro %}
