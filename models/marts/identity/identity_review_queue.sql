{{ config(cluster_by=['review_rank']) }}
-- Grain: two client records on which a steward's word is wanted. First those whose
-- clients have appointments to come; among these and the others first what stewards
-- contradict each other on, then by what the clients have bought, then by how probable
-- it is that they are one. Nothing here names anyone in clear.
with open_pairs as (

    select *
    from {{ ref('int_identity__open_pairs') }}

),

appointments as (

    select
        clients.customer_key,
        count(*) as appointment_count,
        min(live.starts_at) as next_appointment_at
    from {{ ref('int_appointments__clients') }} as clients
    inner join {{ ref('int_appointments__current') }} as live
        on clients.appointment_id = live.appointment_id
    where live.is_live and clients.customer_key is not null
    group by clients.customer_key

),

purchases as (

    select
        customer_key,
        sum(amount_eur) as spent_eur
    from {{ ref('int_activity__touchpoints') }}
    where customer_key is not null
    group by customer_key

),

valued as (

    select
        open_pairs.*,
        coalesce(left_appointments.appointment_count, 0)
        + coalesce(right_appointments.appointment_count, 0) as appointment_count,
        case
            when left_appointments.next_appointment_at
                <= right_appointments.next_appointment_at
                or right_appointments.next_appointment_at is null
                then left_appointments.next_appointment_at
            else right_appointments.next_appointment_at
        end as next_appointment_at,
        coalesce(left_purchases.spent_eur, 0)
        + coalesce(right_purchases.spent_eur, 0) as spent_eur
    from open_pairs
    left join appointments as left_appointments
        on open_pairs.left_customer_key = left_appointments.customer_key
    left join appointments as right_appointments
        on open_pairs.right_customer_key = right_appointments.customer_key
    left join purchases as left_purchases
        on open_pairs.left_customer_key = left_purchases.customer_key
    left join purchases as right_purchases
        on open_pairs.right_customer_key = right_purchases.customer_key

),

identity_review_queue as (

    select
        {{ key([
            'left_source_system', 'left_customer_id',
            'right_source_system', 'right_customer_id'
        ]) }} as review_key,
        row_number() over (
            order by
                case when appointment_count > 0 then 0 else 1 end asc nulls last,
                case when reason = 'contradictory_decisions' then 0 else 1 end asc nulls last,
                spent_eur desc nulls last,
                round(match_weight, 6) desc nulls last,
                left_source_system asc nulls last,
                left_customer_id asc nulls last,
                right_source_system asc nulls last,
                right_customer_id asc nulls last
        ) as review_rank,
        reason,
        decision_in_force,
        round(probability, 4) as probability,
        agrees_in,
        is_close_in,
        differs_in,
        left_source_system,
        left_customer_id,
        left_customer_key,
        right_source_system,
        right_customer_id,
        right_customer_key,
        appointment_count,
        next_appointment_at,
        spent_eur
    from valued

)

select * from identity_review_queue
