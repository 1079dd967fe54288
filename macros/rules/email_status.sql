{#- What a normalised e-mail address is worth as a key: ok, or why it carries none. missing: no address; placeholder: typed
    to get past a form (seed email_placeholders, or one character again and again before the @); bad_format: cannot be an address; staff: the house's own domain (seed
    house_email_domains). A mistyped domain is ok here: contact quality judges it. Never NULL.
    Example: email_status('normal_email'). -#}
{% macro email_status(email) -%}
    {%- set mailbox = regexp_extract_group(email, "'^([^@]*@)[^@]*$'") -%}
    {%- set domain = regexp_extract_group(email, "'^[^@]*(@[^@]*)$'") -%}
    {%- set placeholders = "(select " ~ lower_case("matches") ~ " from " ~ ref('email_placeholders') ~ ")" -%}
    {%- set looks_right = regexp_contains(email, "'^[^@[:space:]]+@[^@[:space:].]+([.][^@[:space:].]+)+$'") -%}
    case
            when {{ email }} is null then 'missing'
            when {{ email }} in {{ placeholders }} then 'placeholder'
            when {{ mailbox }} in {{ placeholders }} then 'placeholder'
            when {{ domain }} in {{ placeholders }} then 'placeholder'
            when length({{ email }}) > 254 or not {{ looks_right }} then 'bad_format'
            when replace({{ mailbox }}, substr({{ mailbox }}, 1, 1), '') = '@' then 'placeholder'
            when {{ domain }} in (select '@' || {{ lower_case('domain') }} from {{ ref('house_email_domains') }})
                then 'staff'
            else 'ok'
        end
{%- endmacro %}
