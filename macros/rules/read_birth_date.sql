{#- A birth date that can be true: after 1900-01-01, which tills write for "unknown", and not after the day (UTC) on which
    its record was last written, or made where that is unknown; else NULL. A record without a day contradicts no date. The
    record's day and not as_of: what a file says is read once, however often the clock moves on.
    Example: read_birth_date('birth_date', 'updated_at', 'created_at'). NULL for NULL. -#}
{% macro read_birth_date(x, updated_at, created_at) -%}
    {%- set read = to_date(x) -%}
    {%- set written = "cast(coalesce(" ~ read_timestamp(updated_at) ~ ", " ~ read_timestamp(created_at) ~ ") as date)" -%}
    {{ return("case when " ~ read ~ " > date '1900-01-01' and " ~ read ~ " <= coalesce(" ~ written ~ ", " ~ read ~ ") then " ~ read ~ " end") }}
{%- endmacro %}
