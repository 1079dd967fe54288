{{ config(materialized='view') }}
-- Grain: one contact or money movement of any source, in one shape, before anyone asks
-- whose it is. What a source cannot know is NULL; the first select gives the types, and
-- `pieces` says what each other source does know beyond the first five columns. One model
-- reads it: writing it would take ten times what putting it together takes.
{%- set columns = [
    'store_id', 'amount', 'currency_code', 'amount_on', 'original_touchpoint_key',
    'traffic_channel', 'session_key', 'crm_source_system', 'crm_customer_id', 'loyalty_id',
    'reconciliation_key', 'own_identifier_type', 'own_identifier_system',
    'own_identifier_value',
] %}
{%- set web = ['traffic_channel', 'session_key', 'is_provisional'] %}
{%- set money = ['store_id', 'amount', 'currency_code', 'amount_on'] %}
{%- set client = ['crm_source_system', 'crm_customer_id', 'reconciliation_key'] %}
{%- set own = [
    'own_identifier_type', 'own_identifier_system', 'own_identifier_value',
] %}
{%- set pieces = [
    (ref('int_activity__web_actions'), web + ['store_id', 'is_in_boutique']),
    (ref('int_activity__web_purchases'), web + money),
    (
        ref('int_activity__boutique_receipts'),
        money + client + own + ['loyalty_id', 'original_touchpoint_key'],
    ),
    (ref('int_activity__online_orders'), money + client + own),
    (
        ref('int_activity__online_returns'),
        money + client + own + ['original_touchpoint_key'],
    ),
    (
        ref('int_activity__marketplace_orders'),
        ['amount', 'currency_code', 'amount_on'] + own,
    ),
    (ref('int_activity__service_contacts'), client),
    (ref('int_activity__newsletter_contacts'), ['reconciliation_key']),
    (ref('int_activity__app_openings'), client + own),
    (ref('int_activity__appointment_contacts'), client + ['store_id']),
] %}
with int_activity__contacts as (

    select
        touchpoint_key,
        touchpoint_type,
        source_system,
        source_id,
        occurred_at,
        store_id,
        cast(null as {{ type_money() }}) as amount,
        cast(null as string) as currency_code,
        cast(null as date) as amount_on,
        cast(null as string) as original_touchpoint_key,
        traffic_channel,
        session_key,
        cast(null as string) as crm_source_system,
        cast(null as string) as crm_customer_id,
        cast(null as string) as loyalty_id,
        cast(null as string) as reconciliation_key,
        cast(null as string) as own_identifier_type,
        cast(null as string) as own_identifier_system,
        cast(null as string) as own_identifier_value,
        is_provisional,
        touchpoint_type = 'boutique_tablet_visit' as is_in_boutique
    from {{ ref('int_activity__web_visits') }}

    {%- for piece, known in pieces %}

    union all

    select
        touchpoint_key,
        touchpoint_type,
        source_system,
        source_id,
        occurred_at,
        {%- for column in columns %}
        {{ column if column in known else 'null' }} as {{ column }},
        {%- endfor %}
        {{ 'is_provisional' if 'is_provisional' in known else 'false' }} as is_provisional,
        {{ 'is_in_boutique' if 'is_in_boutique' in known else 'false' }} as is_in_boutique
    from {{ piece }}
    {%- endfor %}

)

select * from int_activity__contacts
