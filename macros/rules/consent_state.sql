{#- What a site's word for the banner's answer means: granted, denied, or unknown for anything else and for NULL.
    Example: consent_state('privacy_info.analytics_storage'). Never NULL. -#}
{% macro consent_state(x) -%}
    case
            when {{ is_word(x, ['true', 'yes', '1', 'granted', 'accepted', 'opt-?in']) }} then 'granted'
            when {{ is_word(x, ['false', 'no', '0', 'denied', 'refused', 'withdrawn', 'opt-?out']) }} then 'denied'
            else 'unknown'
        end
{%- endmacro %}
