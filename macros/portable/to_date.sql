{#- Text YYYY-MM-DD to DATE; NULL when unreadable. Anything more than a date with white space around is unreadable (a plain
    DuckDB cast would read 2024/05/30, infinity and the year 0, and drop the time of an instant). `centuries`: the first two
    digits a year may have, as a pattern. Example: to_date('birth_date'). -#}
{% macro to_date(x, centuries='[1-9][0-9]') -%}
    {%- set is_date = regexp_contains(x, "'^" ~ blank() ~ "*" ~ centuries ~ "[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}" ~ blank() ~ "*$'") -%}
    {{ return("case when " ~ is_date ~ " then " ~ date_of(trim_all(x)) ~ " end") }}
{%- endmacro %}

{#- The date of a text that is known to look like one; NULL when there is no such day. -#}
{% macro date_of(text) %}{{ return(adapter.dispatch('date_of', 'rendezvous')(text)) }}{% endmacro %}

{% macro bigquery__date_of(text) %}safe_cast({{ text }} as date){% endmacro %}

{% macro duckdb__date_of(text) %}try_cast({{ text }} as date){% endmacro %}
