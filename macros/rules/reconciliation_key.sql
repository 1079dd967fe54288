{#- The key under which an e-mail is known everywhere: v1: and the keyed hash of the SHA-256 of the normalised
    address, so that a hash sent by a web site and a clear address in a CRM meet. NULL for NULL and ''.
    Example: reconciliation_key('email'); for a hash a site sent: reconciliation_key_of_hash('sha256_hex'). -#}
{% macro reconciliation_key(email) -%}
    {{ return(reconciliation_key_of_hash(sha256_hex(normalise_email(email)))) }}
{%- endmacro %}

{#- The same from the SHA-256 hex digits (lower case) of a normalised address. -#}
{% macro reconciliation_key_of_hash(hash) -%}
    {{ return("'v1:' || " ~ hmac_hex(hash)) }}
{%- endmacro %}
