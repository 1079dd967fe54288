-- Grain: one client with any word on clienteling. Over several recipients, one refusal
-- is a refusal. Who never said anything has no row here, and no row is not a consent; nor
-- is a yes that has run out, nor silence, whatever the law.
with consent_states as (

    select
        customer_key,
        case
            when status = 'granted' and not is_allowed then 'unknown'
            else status
        end as status,
        effective_at,
        source_system
    from {{ ref('int_consent__states') }}
    where purpose = 'clienteling'

),

int_appointments__consent as (

    select
        customer_key,
        status as clienteling_consent,
        effective_at as consent_effective_at,
        source_system as consent_source
    from consent_states
    qualify row_number() over (
        partition by customer_key
        order by
            case status when 'refused' then 1 when 'granted' then 2 else 3 end
            asc nulls last,
            effective_at desc nulls last,
            source_system asc nulls last
    ) = 1

)

select * from int_appointments__consent
