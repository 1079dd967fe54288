-- Grain: one client whose browsing an advisor may be told about. Interest is not computed
-- for anybody else: without consent there is no score to hide.
with gates as (

    select
        customer_key,
        gate
    from {{ ref('int_appointments__gates') }}

),

int_interest__clients as (

    select customer_key
    from gates
    where gate = 'open'
    group by customer_key

)

select * from int_interest__clients
