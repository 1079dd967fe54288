-- Grain: browser or host that a rule takes for a robot or a test. Rules are matched here once
-- per text, not once per hit, and what reads hits by day needs no look at the other days.
with browsers as (

    select
        'browser' as rule_kind,
        browser as matched_text
    from {{ ref('base_ga360__sessions') }}
    where rejected_because is null and browser is not null
    group by browser

),

hosts as (

    select
        'host' as rule_kind,
        page_host as matched_text
    from {{ ref('base_ga360__hits') }}
    where rejected_because is null and page_host is not null
    group by page_host

),

texts as (

    select * from browsers
    union all
    select * from hosts

),

rules as (

    select
        rule_kind,
        {{ lower_case('matches') }} as matches,
        exclusion_reason
    from {{ ref('web_exclusion_rules') }}

),

base_ga360__exclusions as (

    select
        texts.rule_kind,
        texts.matched_text,
        min(rules.exclusion_reason) as exclusion_reason
    from texts
    inner join rules
        on texts.rule_kind = rules.rule_kind
        and (
            (texts.rule_kind = 'browser' and strpos(texts.matched_text, rules.matches) > 0)
            or (texts.rule_kind = 'host' and starts_with(texts.matched_text, rules.matches))
        )
    group by texts.rule_kind, texts.matched_text

)

select * from base_ga360__exclusions
