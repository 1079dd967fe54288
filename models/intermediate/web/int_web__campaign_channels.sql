-- Grain: one traffic source and medium of the session parts of this run, with its channel:
-- that of the first rule whose patterns both match. Part of int_web__session_parts, and
-- worked out once for each pair, for rules are regular expressions.
{{ config(materialized='ephemeral') }}

with sessions as (

    select
        traffic_source,
        traffic_medium
    from {{ ref('stg_ga360__sessions') }}
    where {{ in_days_to_build('report_date') }}

),

campaigns as (

    select
        traffic_source,
        traffic_medium,
        {{ lower_case("coalesce(traffic_source, '')") }} as source_text,
        {{ lower_case("coalesce(traffic_medium, '')") }} as medium_text
    from sessions
    group by traffic_source, traffic_medium

),

rules as (

    select
        rule_order,
        source_pattern,
        medium_pattern,
        channel
    from {{ ref('web_channel_rules') }}

),

int_web__campaign_channels as (

    select
        campaigns.traffic_source,
        campaigns.traffic_medium,
        rules.channel
    from campaigns
    inner join rules
        on {{ regexp_contains_column('campaigns.source_text', 'rules.source_pattern') }}
        and {{ regexp_contains_column('campaigns.medium_text', 'rules.medium_pattern') }}
    qualify row_number() over (
        partition by campaigns.traffic_source, campaigns.traffic_medium
        order by rules.rule_order asc nulls last
    ) = 1

)

select * from int_web__campaign_channels
