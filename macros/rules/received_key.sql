{#- A key as a site sent it, without white space around it and without the label some put before it (sha256: or 0x).
    NULL when nothing is left. Example: received_key('raw_value'). -#}
{% macro received_key(x) -%}
    {{ return(regexp_replace_all(clean_text(x), "'^(?:[sS][hH][aA]-?256[:=]|0[xX])'", "''")) }}
{%- endmacro %}

{#- The text with a percent-encoded at sign and plus sign read, once or twice encoded. -#}
{% macro decoded_at_sign(x) -%}
    {{ return(regexp_replace_all(regexp_replace_all(x, "'%(?:25)*40'", "'@'"), "'%(?:25)*2[bB]'", "'+'")) }}
{%- endmacro %}

{#- The SHA-256 that a received key stands for, in lower-case hex: 64 hex digits of either case, or the 32 bytes in base64
    (43 characters, or 44 with the sign at the end; standard or url-safe). NULL for anything else.
    Vectors: tests/python/test_reconciliation_key.py. -#}
{% macro sha256_of_received(x) -%}
    case
            when {{ regexp_contains(x, "'^[0-9a-fA-F]{64}$'") }} then {{ lower_case(x) }}
            when {{ regexp_contains(x, "'^[A-Za-z0-9+/_-]{43}=?$'") }}
                and not {{ regexp_contains(x, "'^[0-9a-fA-F]+$'") }}
                then {{ from_base64_hex(x) }}
        end
{%- endmacro %}
