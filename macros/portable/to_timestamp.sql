{#- Text in ISO 8601 to TIMESTAMP in UTC; NULL when unreadable. A date alone is its midnight, seconds may be left out, digits
    beyond the microsecond are dropped, and text without an offset is read as UTC. `centuries`: the first two digits a year
    may have, as a pattern. Example: to_timestamp('created_at').
    Only what a pattern describes meets the engine: behind a row with the name of a zone, DuckDB 1.5 reads rows without an
    offset in that zone, and the engines disagree on 24:00, on a 60th second and on offsets beyond 14 hours. -#}
{% macro to_timestamp(x, centuries='[1-9][0-9]') -%}
    {%- set offset = "(?:Z|[+-](?:(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|14(?::?00)?))?" -%}
    {%- set time = "[T ](?:[01]?[0-9]|2[0-3]):[0-5]?[0-9](?::[0-5]?[0-9](?:[.][0-9]+)?)?" ~ offset -%}
    {%- set instant = centuries ~ "[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?:" ~ time ~ ")?" -%}
    {%- set is_instant = regexp_contains(x, "'^" ~ blank() ~ "*" ~ instant ~ blank() ~ "*$'") -%}
    {%- set with_seconds = regexp_replace_all(trim_all(x), "'([T ][0-9]+:[0-9]+)(Z|[+-].*)?$'", "'\\1:00\\2'") -%}
    {{ return("case when " ~ is_instant ~ " then " ~ instant_of(with_seconds) ~ " end") }}
{%- endmacro %}

{#- The instant of a text that is known to look like one; NULL when there is no such day. DuckDB: through timestamptz, since a
    plain cast would drop the offset. -#}
{% macro instant_of(text) %}{{ return(adapter.dispatch('instant_of', 'rendezvous')(text)) }}{% endmacro %}

{% macro bigquery__instant_of(text) %}safe_cast(regexp_replace({{ text }}, r'([.][0-9]{6})[0-9]+', r'\1') as timestamp){% endmacro %}

{% macro duckdb__instant_of(text) %}cast(try_cast({{ text }} as timestamptz) as timestamp){% endmacro %}
