{#- A quotient of whole numbers rounded to some digits, as a 64-bit float; halves go away from zero. NULL when the denominator
    is 0 or NULL. The numerator is moved first, for of a fraction that no float holds (2.675) the engines round either way.
    Example: rounded_ratio('length_seconds', '86400', 2). -#}
{% macro rounded_ratio(numerator, denominator, digits) -%}
    {%- set unit = 10 ** digits -%}
    {{ return("round(" ~ safe_divide(unit ~ " * (" ~ numerator ~ ")", denominator) ~ ") / " ~ unit) }}
{%- endmacro %}
