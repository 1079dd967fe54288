-- Grain: property x day. How often a site leaked personal data into its labels: a figure
-- of the feed's quality, to be brought to those who tag the site.
{{ config(**by_day()) }}

with hits as (

    select
        property,
        report_date,
        scrubbed_field_count
    from {{ ref('stg_ga360__hits') }}
    where {{ in_days_to_build('report_date', 'session_report_date') }}

),

int_web__scrub_counts as (

    select
        property,
        report_date,
        count(*) as hit_count,
        countif(scrubbed_field_count > 0) as scrubbed_hit_count,
        cast(sum(scrubbed_field_count) as int64) as scrubbed_field_count
    from hits
    group by property, report_date

)

select * from int_web__scrub_counts
