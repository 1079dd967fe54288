{#- The key of a node of the identity graph: an identifier with its type and system. Types without a system (e-mail,
    phone) have ''. Never NULL: leave rows without a value out first. Example: node_key("'email'", "''", 'reconciliation_key'). -#}
{% macro node_key(identifier_type, identifier_system, identifier_value) -%}
    {{ return(key([identifier_type, "coalesce(" ~ identifier_system ~ ", '')", identifier_value])) }}
{%- endmacro %}
