{#- Every landed row of the three GA360 exports of the days this run builds, as it came, with table_kind. Only
    base_ga360__exported_sessions reads it: reading is parsing. Example: from {{ ga360_exports() }}. -#}
{% macro ga360_exports() -%}
    (
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
            _file
        from {{ ga360_shards(table) }} as shards
        where {{ in_days_to_build('table_date') }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as exports
{%- endmacro %}
