-- Two clusters of client records whose names disagree never meet under one customer,
-- whatever chain of orders, apps and addresses lies between them.
with clusters as (

    select
        customer_map.customer_key,
        record_clusters.component_key as cluster_key
    from {{ ref('int_identity__record_clusters') }} as record_clusters
    inner join {{ ref('int_identity__crm_evidence') }} as crm_evidence
        on record_clusters.node_key = crm_evidence.node_key
    inner join {{ ref('int_identity__customer_map') }} as customer_map
        on record_clusters.node_key = customer_map.node_key
    where
        coalesce(crm_evidence.name_key, crm_evidence.native_name_key) is not null
        or crm_evidence.birth_date_key is not null
    group by customer_map.customer_key, record_clusters.component_key

)

select
    customer_key,
    count(*) as cluster_count
from clusters
group by customer_key
having count(*) > 1
