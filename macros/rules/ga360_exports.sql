{#- Every landed row of the three GA360 exports of the days this run builds, as it came, with table_kind and withheld_because. Only
    base_ga360__exported_sessions reads it: reading is parsing. A session of someone who was erased, or on a device that
    was theirs alone, comes without ids, slots and hits, and so does one on a site for a country that keeps its residents'
    data elsewhere (web_properties has the country), as business rows do in macro landed.
    Example: from {{ ga360_exports() }}. -#}
{% macro ga360_exports() -%}
    {%- set visitor = clean_text('fullVisitorId') -%}
    {%- set device = tombstone_of("'web_visitor'", 'property', visitor) -%}
    {%- set session = tombstone_of("'web_session'", "property || '|' || " ~ visitor, clean_text('visitId')) -%}
    {%- set properties = ref('web_properties') -%}
    (
    select * replace (
        {%- for name in ['fullVisitorId', 'clientId', 'userId', 'visitKey', 'customDimensions', 'hits'] %}
        case when withheld_because is null then {{ name }} end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
    from (
        {%- for kind, table in [
            ('daily', 'ga_sessions'), ('streaming', 'ga_realtime_sessions'), ('intraday', 'ga_sessions_intraday')
        ] %}
        select
            '{{ kind }}' as table_kind,
            property,
            table_date,
            fullVisitorId,
            clientId,
            userId,
            visitId,
            visitNumber,
            visitStartTime,
            date,
            totals,
            trafficSource,
            device,
            geoNetwork,
            privacy_info,
            customDimensions,
            hits,
            exportTimeUsec,
            exportKey,
            visitKey,
            case
                when
                    coalesce({{ device }} in {{ erased_tombstones() }}, false)
                    or coalesce({{ session }} in {{ erased_tombstones() }}, false)
                    then 'erased'
                {%- if var('resident_jurisdictions') %}
                when property in (select property from {{ properties }} where {{ lives_elsewhere('country_code') }})
                    then 'held_in_its_country'
                {%- endif %}
            end as withheld_because,
            _file,
            _line
        from {{ ga360_shards(table) }} as shards
        where {{ in_days_to_build('table_date') }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as landed_rows
    ) as exports
{%- endmacro %}
