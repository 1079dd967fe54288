{#- A label without the personal data that sites leak into it: e-mail addresses (the @ plain, percent-encoded or encoded
    twice) and telephone numbers become '[removed]'. Digits alone are a number only in the ways people write one: with a
    country code, ten or eleven digits behind a 0, a Chinese mobile; article numbers stay.
    Example: scrub('hits.page_title'). NULL for NULL. Cases: tests/python/test_ga360_fixtures.py. -#}
{% macro scrub(x) -%}
    {%- set phone = "'(^|[^0-9A-Za-z])(?:(?:[+]|%2[Bb])[1-9](?:(?:[ ().-]|%20){0,2}[0-9]){7,14}|00[1-9][0-9]{8,12}|0[1-9](?:(?:[ ().-]|%20)?[0-9]){8,9}|1[3-9][0-9](?:(?:[ -]|%20)?[0-9]{4}){2})([^0-9A-Za-z]|$)'" -%}
    {%- set without_email = scrub_email(x) -%}
    {{ return("case when " ~ regexp_contains(x, "'[0-9][0-9 ().%-]{6,}[0-9]'") ~ " then " ~ regexp_replace_all(without_email, phone, "'\\1[removed]\\2'") ~ " else " ~ without_email ~ " end") }}
{%- endmacro %}

{#- The same for identifiers such as order numbers, whose digits may look like a telephone number: e-mail only. -#}
{% macro scrub_email(x) -%}
    {%- set email = "'[^\\s/?&=#:;,<>()]*(?:@|＠|%(?:25)*40)[^\\s/?&=#:;,<>()]*'" -%}
    {{ return("case when strpos(" ~ x ~ ", '@') > 0 or strpos(" ~ x ~ ", '40') > 0 or strpos(" ~ x ~ ", '＠') > 0 then " ~ regexp_replace_all(x, email, "'[removed]'") ~ " else " ~ x ~ " end") }}
{%- endmacro %}
