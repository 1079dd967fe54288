{#- A free text as clean_text reads it; NULL where it is suspicious, so that no note about a person travels on as a motive,
    a topic, a reason or a theme: an e-mail address, nine digits or more in a row (telephone, card), or a word of var
    screened_words (health, belief, orientation, minors). Too much is withheld rather than too little. With unreadable_fields
    the field is listed in quarantine as suspicious_text, without its text. NULL for NULL.
    Example: screened_text('motive'). Cases: base_appointments__appointment_events.yml. -#}
{% macro screened_text(x) -%}
    {%- set text = "cast(" ~ x ~ " as string)" -%}
    {%- set plain = "lower(" ~ strip_accents(text) ~ ")" -%}
    {%- set contact = "'@|＠|[0-9](?:[ ().-]{0,2}[0-9]){8}'" -%}
    {%- set latin = "'(?:^|[^a-z])(?:" ~ var('screened_words')['latin'] | join('|') ~ ")'" -%}
    {%- set other = "'" ~ var('screened_words')['other'] | join('|') ~ "'" -%}
    {{ return(
        "case when not " ~ regexp_contains(text, contact)
        ~ " and not " ~ regexp_contains(plain, latin)
        ~ " and not " ~ regexp_contains(text, other)
        ~ " then " ~ clean_text(text) ~ " end"
    ) }}
{%- endmacro %}
