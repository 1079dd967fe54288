{#- A site's word for the banner's answer: granted, denied, or unknown for NULL and for the ways of saying that nothing was
    answered (UNKNOWN and Unset in Google's exports). NULL for any other word: nobody can read it.
    Example: read_consent('privacy_info.analytics_storage'). -#}
{% macro read_consent(x) -%}
    {%- set unanswered = ['', 'unknown', 'unset', '[(]?(?:not set|none|not provided)[)]?', 'null', 'undefined'] -%}
    case
            when {{ is_word(x, ['true', 'yes', '1', 'granted', 'accepted', 'opt-?in']) }} then 'granted'
            when {{ is_word(x, ['false', 'no', '0', 'denied', 'refused', 'withdrawn', 'opt-?out']) }} then 'denied'
            when {{ x }} is null or {{ is_word(x, unanswered) }} then 'unknown'
        end
{%- endmacro %}
