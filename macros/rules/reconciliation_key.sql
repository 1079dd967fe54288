{#- The key under which an e-mail is known: the keyed hash of the SHA-256 of the normalised address, so that a hash sent by a
    web site and a clear address in a CRM meet, behind the name of the key that made it (v1_EU:…). Addresses under two keys
    never meet. NULL for NULL and ''. Example: reconciliation_key('email'), in a row with a column key_name; for a hash a
    site sent: reconciliation_key_of_hash('sha256_hex'). -#}
{% macro reconciliation_key(email, key_name='key_name') -%}
    {{ return(reconciliation_key_of_hash(sha256_hex(normalise_email(email)), key_name)) }}
{%- endmacro %}

{#- The same from the SHA-256 hex digits (lower case) of a normalised address. -#}
{% macro reconciliation_key_of_hash(hash, key_name='key_name') -%}
    {{ return(keyed(hash, key_name)) }}
{%- endmacro %}
