-- Grain: one session and one person that it proves to have been there; customer_key is
-- NULL where all that is known is an identifier that is nobody's. Beside a person, such
-- an identifier says nothing against them: a couple's mailbox under a client id. An
-- order counts for the client whom the shop knows, unless it hangs on nobody.
-- is_present is false where an id that outlives its sign-in is all there is.
with sign_ins as (

    select
        session_key,
        visitor_key,
        node_key,
        meaning,
        occurred_at
    from {{ ref('int_identity__sign_ins') }}

),

transactions as (

    select
        transactions.session_key,
        transactions.visitor_key,
        transactions.transaction_id,
        transactions.ordered_at
    from {{ ref('int_web__transactions') }} as transactions
    inner join {{ ref('int_web__sessions') }} as sessions
        on transactions.session_key = sessions.session_key
    where transactions.ordered_at <= {{ as_of() }} and sessions.lane = 'consented'

),

customer_map as (

    select
        node_key,
        customer_key,
        identifier_type,
        identifier_value,
        linked_by
    from {{ ref('int_identity__customer_map') }}

),

shared_identifiers as (

    select node_key
    from {{ ref('int_identity__shared_identifiers') }}

),

orders as (

    select
        transactions.session_key,
        transactions.visitor_key,
        customer_map.node_key,
        'order' as meaning,
        transactions.ordered_at as occurred_at
    from transactions
    inner join customer_map
        on transactions.transaction_id = customer_map.identifier_value
        and customer_map.identifier_type = 'ecommerce_order'
        and customer_map.linked_by in ('customer_id', 'email')

),

proofs as (

    select * from sign_ins
    union all
    select * from orders

),

people as (

    select
        proofs.session_key,
        proofs.visitor_key,
        case when shared_identifiers.node_key is null then customer_map.customer_key end
            as customer_key,
        max(case when proofs.meaning = 'order' then 0 else 1 end) = 1 as is_strong,
        max(case when proofs.meaning = 'user_id' then 0 else 1 end) as presence,
        min(proofs.occurred_at) as first_proof_at,
        max(proofs.occurred_at) as last_proof_at
    from proofs
    left join customer_map
        on proofs.node_key = customer_map.node_key
    left join shared_identifiers
        on proofs.node_key = shared_identifiers.node_key
    group by 1, 2, 3

),

int_identity__session_people as (

    select
        session_key,
        visitor_key,
        customer_key,
        is_strong,
        max(presence) over (partition by session_key) = 1 as is_present,
        first_proof_at,
        last_proof_at
    from people
    qualify
        customer_key is not null
        or count(customer_key) over (partition by session_key) = 0

)

select * from int_identity__session_people
