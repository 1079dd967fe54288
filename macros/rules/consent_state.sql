{#- What a site's word for the banner's answer means: granted, denied, or unknown for anything else and for NULL.
    Example: consent_state('privacy_info.analytics_storage'). Never NULL. -#}
{% macro consent_state(x) -%}
    {%- set word = "lower(trim(" ~ x ~ "))" -%}
    case
            when {{ word }} in ('true', 'yes', '1', 'granted', 'accepted', 'opt-in', 'optin')
                then 'granted'
            when {{ word }} in ('false', 'no', '0', 'denied', 'refused', 'withdrawn', 'opt-out', 'optout')
                then 'denied'
            else 'unknown'
        end
{%- endmacro %}
