-- Grain: one contact or money movement of any source, in one shape, before anyone asks
-- whose it is. What a source cannot know is NULL of the right type; `pieces` says what
-- each one does know beyond the first five columns.
{%- set types = {
    'store_id': 'string', 'amount': type_money(), 'currency_code': 'string',
    'amount_on': 'date',    'original_touchpoint_key': 'string',
    'traffic_channel': 'string', 'session_key': 'string',
    'crm_source_system': 'string', 'crm_customer_id': 'string', 'loyalty_id': 'string',
    'reconciliation_key': 'string',
    'own_identifier_type': 'string', 'own_identifier_system': 'string',
    'own_identifier_value': 'string', 'is_provisional': 'boolean',
} %}
{%- set web = ['traffic_channel', 'session_key', 'is_provisional'] %}
{%- set money = ['store_id', 'amount', 'currency_code', 'amount_on'] %}
{%- set client = ['crm_source_system', 'crm_customer_id', 'reconciliation_key'] %}
{%- set own = [
    'own_identifier_type', 'own_identifier_system', 'own_identifier_value',
] %}
{%- set pieces = [
    (ref('int_activity__web_visits'), web),
    (ref('int_activity__web_actions'), web),
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

    {% for piece, known in pieces %}
    select
        touchpoint_key,
        touchpoint_type,
        source_system,
        source_id,
        occurred_at,
        {%- for column, type in types.items() %}
        {% if column in known %}{{ column }}
        {%- elif type == 'boolean' %}false as {{ column }}
        {%- else %}cast(null as {{ type }}) as {{ column }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ piece }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from int_activity__contacts
