{#- SQL text: the version of a landed export together with the version of what is made of it. An edited by-day
    model, a model or a seed it is made from, or other --vars make every day a changed day: a mixture of two rules in one
    table would be nobody's. dbt does not show the text of macros here: on DuckDB the landing's own version carries it
    (landing.py), on BigQuery an edited macro needs --full-refresh. -#}
{% macro landed_version() -%}
    {%- set seen = by_day_nodes() -%}
    {%- set texts = [invocation_args_dict.get('vars') | string] -%}
    {#- The list grows while it is walked: each node adds what it is made from. -#}
    {%- for unique_id in seen -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- do texts.append(node.unique_id ~ node.checksum.checksum) -%}
        {%- for parent in node.depends_on.nodes if parent in graph.nodes and parent not in seen -%}
            {%- do seen.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return("version || ':" ~ local_md5(texts | sort | join('|')) ~ "'") }}
{%- endmacro %}

{#- The unique ids of all models built by day. -#}
{% macro by_day_nodes() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if 'by_day' in node.tags and node.resource_type == 'model' -%}
        {%- do found.append(node.unique_id) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
