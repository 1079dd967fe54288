{#- The columns whose text is there but could not be read, as a comma list; NULL when there are none. Such a field is
    NULL (or as each model says) and the row stays. Argument: column -> the expression that reads it; a column raw_… is
    listed without its raw_. Read first: of what could be read nothing more is asked.
    Example: unreadable_fields({'sold_at': read_timestamp('sold_at')}). -#}
{% macro unreadable_fields(readings) -%}
    {%- set shown = [] -%}
    {%- for column, reading in readings.items() -%}
        {%- do shown.append("case when (" ~ reading ~ ") is null and " ~ clean_text("cast(" ~ column ~ " as string)") ~ " is not null then '" ~ column.removeprefix('raw_') ~ ",' else '' end") -%}
    {%- endfor -%}
    {{ return("nullif(rtrim(" ~ shown | join(" || ") ~ ", ','), '')") }}
{%- endmacro %}
