{#- What one comparison of two records adds to their match weight, in bits (log2): the weight of the level, read
    from the one-row relation `weights`; for an exact agreement in a value that may be rare, log2 of m over the share of
    records that have it. 0 where either says nothing. Example: match_weight('birth_date'). -#}
{% macro match_weight(comparison) -%}
    {%- set cases = [] -%}
    {%- for level in match_levels(comparison) -%}
        {%- set weight = "weights." ~ comparison ~ "_" ~ level -%}
        {%- if level == 'exact' and comparison in match_rarity() -%}
            {%- set weight = weight ~ "_bits - " ~ log2(comparison ~ "_share") -%}
        {%- endif -%}
        {%- do cases.append("when '" ~ level ~ "' then " ~ weight) -%}
    {%- endfor -%}
    {{ return("case " ~ comparison ~ "_level " ~ cases | join(" ") ~ " else 0 end") }}
{%- endmacro %}

{#- Logarithm to the base 2, of a number above 0; NULL for NULL. -#}
{% macro log2(x) %}{{ return("ln(" ~ x ~ ") / ln(2)") }}{% endmacro %}

{#- The weights of this house (int_identity__match_weights) as the columns of one row: for each comparison and level log2(m / u), for an exact agreement that
    weighs by rarity log2(m). -#}
{% macro match_weight_columns() -%}
    {%- set columns = [] -%}
    {%- for comparison in match_columns() -%}
        {%- for level in match_levels(comparison) -%}
            {%- set is_rare = level == 'exact' and comparison in match_rarity() -%}
            {%- set odds = 'm' if is_rare else 'm / u' -%}
            {%- do columns.append(
                "max(case when comparison = '" ~ comparison ~ "' and level = '" ~ level ~ "' then " ~ log2(odds)
                ~ " end) as " ~ comparison ~ "_" ~ level ~ ("_bits" if is_rare else "")
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns | join(",\n        ")) }}
{%- endmacro %}
