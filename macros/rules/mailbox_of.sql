{#- What stands before the @ of an address and before a +tag, as names are compared; NULL stays NULL. Digits stay: who reads
    a name out of it takes them off. Example: mailbox_of('email') of 'Zoe.Songe7+list@example.org' is 'zoesonge7'. -#}
{% macro mailbox_of(email) -%}
    {{ comparable_text(regexp_replace_all(email, "'([+].*)?@.*$'", "''")) }}
{%- endmacro %}
