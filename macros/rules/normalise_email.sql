{#- The form of an e-mail address that is hashed: NFC, no white space or zero-width character around, lower case.
    Dots and plus-tags stay: systems disagree on them, and the site's own hash keeps them.
    Example: normalise_email('email'). '' and NULL give NULL. Vectors: tests/python/test_reconciliation_key.py. -#}
{% macro normalise_email(x) -%}
    {{ return("nullif(" ~ lower_case(trim_all(nfc(x))) ~ ", '')") }}
{%- endmacro %}
