{#- An amount in EUR as BI may see it in a sum: cut at bi_max_amount_eur, so that no single purchase stands out of its
    cell. NULL for NULL. Example: capped_eur('amount_eur'). -#}
{% macro capped_eur(amount) -%}
    {%- set most = var('bi_max_amount_eur') -%}
    {{ return(
        "case when " ~ amount ~ " > " ~ most ~ " then " ~ most ~ " when " ~ amount ~ " < -" ~ most ~ " then -" ~ most
        ~ " else " ~ amount ~ " end"
    ) }}
{%- endmacro %}
