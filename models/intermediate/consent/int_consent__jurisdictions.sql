-- Grain: one customer and whose law protects them: that of their residence (the country
-- of any of their client records), else of their home boutique, else of where they
-- spoke. Several countries of one kind stand together, 'FR+GB': the stricter rule of
-- each purpose holds. '*' where no country is known or listed.
with customers as (

    select distinct customer_key
    from {{ ref('int_identity__customer_map') }}

),

records as (

    select
        customer_map.customer_key, crm.country_code,
        {{ upper_code('crm.state_province') }} as state_province, crm.home_store_id
    from {{ ref('int_identity__customer_map') }} as customer_map
    inner join {{ ref('stg_crm__customers') }} as crm
        on customer_map.identifier_system = crm.source_system
        and customer_map.identifier_value = crm.customer_id
    where customer_map.identifier_type = 'crm_customer'

),

settled as (

    select customer_key, 1 as basis_rank, country_code, state_province
    from records where country_code is not null
    union all
    select
        records.customer_key, 2 as basis_rank, stores.country_code,
        cast(null as string) as state_province
    from records
    inner join {{ ref('stg_catalog__stores') }} as stores on records.home_store_id = stores.store_id
    where stores.country_code is not null

),

-- Only of whom nothing better is known, heard as int_consent__events hears, which reads this.
unsettled as (

    select subjects.*
    from {{ ref('int_consent__subjects') }} as subjects
    left join settled on subjects.customer_key = settled.customer_key
    where settled.customer_key is null

),

evidence as (

    select * from settled
    union all
    select distinct
        unsettled.customer_key, 3 as basis_rank, ledger.country_code,
        cast(null as string) as state_province
    from {{ ref('int_consent__ledger') }} as ledger
    inner join unsettled
        on ledger.subject_type = unsettled.subject_type
        and ledger.subject_system = unsettled.subject_system
        and ledger.subject_key = unsettled.subject_key
    where
        ledger.country_code is not null
        and ledger.occurred_at <= {{ as_of() }} and ledger.received_at <= {{ as_of() }}
        and (unsettled.is_certain or ledger.status <> 'granted')

),

best as (

    select *
    from evidence
    qualify basis_rank = min(basis_rank) over (partition by customer_key)

),

laws as (

    select distinct
        best.customer_key,
        best.basis_rank,
        coalesce(states.jurisdiction, countries.jurisdiction, '*') as jurisdiction
    from best
    left join {{ ref('jurisdictions') }} as states
        on best.country_code = states.country_code
        and best.state_province = states.state_province
    left join {{ ref('jurisdictions') }} as countries
        on best.country_code = countries.country_code and countries.state_province = '*'

),

-- Most have one law, and putting several together in order takes long.
joint as (

    select
        customer_key,
        string_agg(jurisdiction, '+' order by jurisdiction) as jurisdiction
    from (select * from laws qualify count(*) over (partition by customer_key) > 1) as several
    group by customer_key

),

int_consent__jurisdictions as (

    select
        customers.customer_key,
        coalesce(min(joint.jurisdiction), min(laws.jurisdiction), '*') as jurisdiction,
        case min(laws.basis_rank)
            when 1 then 'residence'
            when 2 then 'store'
            when 3 then 'event'
            else 'none'
        end as jurisdiction_basis
    from customers
    left join laws on customers.customer_key = laws.customer_key
    left join joint on customers.customer_key = joint.customer_key
    group by customers.customer_key

)

select * from int_consent__jurisdictions
