{#- A text without leading and trailing white space of any kind (tabs, line feeds, no-break and zero-width spaces).
    NULL for NULL. Plain trim() differs: it strips spaces alone on DuckDB. Example: trim_all('email'). -#}
{% macro trim_all(x) %}{{ return(regexp_replace_all(x, "'^" ~ blank() ~ "+|" ~ blank() ~ "+$'", "''")) }}{% endmacro %}

{#- What trim_all strips, as a class of characters within a pattern (RE2); all but that with the sign '^'. -#}
{% macro blank(sign='') %}{{ return("[" ~ sign ~ "\\s\\p{Z}\\x{200B}\\x{FEFF}]") }}{% endmacro %}
