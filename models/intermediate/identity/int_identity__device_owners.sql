-- Grain: one device on which somebody was proven to be, and whose it is as a whole. It is
-- a person's only if every proof on it, ever, is of that one person. Otherwise it is
-- nobody's, verdict says why, and int_identity__device_ownership says who had it when.
with session_people as (

    select
        session_key,
        visitor_key,
        customer_key,
        is_strong,
        first_proof_at,
        last_proof_at
    from {{ ref('int_identity__session_people') }}

),

visitors as (

    select
        visitor_key,
        property,
        visitor_id,
        is_store_device,
        is_machine
    from {{ ref('int_identity__visitors') }}

),

proven as (

    select
        visitor_key,
        min(customer_key) as customer_key,
        count(distinct customer_key) as person_count,
        sum(case when customer_key is null then 1 else 0 end) as unresolved_count,
        {{ any_true('is_strong') }} as is_strong,
        min(first_proof_at) as first_proof_at,
        max(last_proof_at) as last_proof_at
    from session_people
    group by visitor_key

),

judged as (

    select
        proven.*,
        visitors.property,
        visitors.visitor_id,
        case
            when visitors.is_store_device then 'store_device'
            when visitors.is_machine then 'machine'
            when proven.person_count > {{ var('identity_max_people_per_device') }}
                then 'public'
            when proven.person_count > 1 then 'several_people'
            when proven.unresolved_count > 0 then 'shared_identifier'
            else 'owned'
        end as verdict
    from proven
    inner join visitors
        on proven.visitor_key = visitors.visitor_key

),

int_identity__device_owners as (

    select
        visitor_key,
        property,
        visitor_id,
        case when verdict = 'owned' then customer_key end as customer_key,
        verdict,
        person_count,
        case when is_strong then 'sign_in' else 'order' end as linked_by,
        case when is_strong then 'strong' else 'medium' end as link_strength,
        first_proof_at,
        last_proof_at
    from judged

)

select * from int_identity__device_owners
