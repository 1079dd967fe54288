{#- The host of an address, lower case, without user, port or leading www.; NULL when there is none.
    Example: host_of('hits.referer'). -#}
{% macro host_of(url) -%}
    {{ return(lower_case(regexp_extract_group(url, "'^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?(?:www[.])?([^/?#:@]+)'"))) }}
{%- endmacro %}
