-- A purpose that is allowed rests on a yes that has not run out, or on silence where the
-- law takes it for one; never on a refusal. What is not yet allowed to one recipient by a
-- no to the house stays forbidden.
select
    consent_states.customer_key,
    consent_states.purpose,
    consent_states.recipient
from {{ ref('consent_states') }} as consent_states
left join {{ ref('consent_states') }} as house
    on consent_states.customer_key = house.customer_key
    and consent_states.purpose = house.purpose
    and house.recipient = 'house'
where
    consent_states.is_allowed
    and (
        consent_states.status = 'refused'
        or coalesce(consent_states.reconfirm_due_at <= {{ as_of() }}, false)
        or (consent_states.status = 'unknown' and consent_states.default_rule <> 'opt_out')
        or coalesce(house.status, 'unknown') = 'refused'
    )
