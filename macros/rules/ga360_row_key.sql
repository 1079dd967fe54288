{#- What tells the landed rows of one file apart, as a key; rows may be alike in it. Reads _file, visitor_id, visit_id,
    visit_start_time, export_at, export_key, visit_key and hit_count. Never NULL. -#}
{% macro ga360_row_key() -%}
    {{ return(key([
        '_file', 'visitor_id', 'visit_id', 'visit_start_time', timestamp_text('export_at'), 'export_key', 'visit_key', 'hit_count',
    ])) }}
{%- endmacro %}
