{#- A surrogate key: MD5 hex of the parts as text, each behind its length so that ('ab','c') and ('a','bc') differ and
    NULL is no value a part could have. Parts are text, integers or dates; an instant goes through timestamp_text.
    Example: key(['property', 'visitor_id']). Never NULL. -#}
{% macro key(parts) -%}
    {%- set shown = [] -%}
    {%- for part in parts -%}
        {%- do shown.append("coalesce(cast(length(cast(" ~ part ~ " as string)) as string) || ':' || cast(" ~ part ~ " as string), 'null')") -%}
    {%- endfor -%}
    {{ return(md5_hex(shown | join(" || '|' || "))) }}
{%- endmacro %}
