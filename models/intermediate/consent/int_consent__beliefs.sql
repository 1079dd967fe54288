{{ config(materialized='view') }}
-- Grain: one record of one system (a client record, an address in the newsletter) as it
-- speaks for one customer on one purpose, with the last yes and the last no the system
-- gave for it. Who is written to is held to be willing: a mailing counts as a yes of its
-- tool.
with words as (

    select
        customer_key,
        purpose,
        recipient,
        source_system,
        subject_node_key,
        is_denial,
        occurred_at
    from {{ ref('int_consent__events') }}
    where feed in ('consent', 'newsletter') and source_system is not null

),

mailings as (

    select
        identifiers.customer_key,
        'email_marketing' as purpose,
        'house' as recipient,
        'newsletter' as source_system,
        {{ node_key("'email'", "''", 'newsletter.reconciliation_key') }}
            as subject_node_key,
        false as is_denial,
        newsletter.occurred_at
    from {{ ref('stg_newsletter__events') }} as newsletter
    inner join {{ ref('int_consent__identifiers') }} as identifiers
        on newsletter.reconciliation_key = identifiers.identifier_value
        and identifiers.identifier_type = 'email'
    where
        newsletter.event_type = 'sent'
        and newsletter.occurred_at <= {{ as_of() }}

),

said as (

    select * from words
    union all
    select * from mailings

),

int_consent__beliefs as (

    select
        customer_key,
        purpose,
        recipient,
        source_system,
        subject_node_key,
        max(case when not is_denial then occurred_at end) as granted_at,
        max(case when is_denial then occurred_at end) as denied_at
    from said
    group by customer_key, purpose, recipient, source_system, subject_node_key

)

select * from int_consent__beliefs
