{#- What a site's word for the banner's answer means: granted, denied, or unknown where nothing was answered. A word that
    nobody can read is a no (DECISIONS 72). Never NULL. Example: consent_state('privacy_info.analytics_storage'). -#}
{% macro consent_state(x) -%}
    coalesce({{ read_consent(x) }}, 'denied')
{%- endmacro %}
