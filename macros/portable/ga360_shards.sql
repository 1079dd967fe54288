{#- The landed GA360 exports of one kind (ga_sessions, ga_sessions_intraday or ga_realtime_sessions) as a relation: what
    rendezvous reads of them, every scalar as text, with property, table_date, _file and _line. Filter table_date beside it.
    BigQuery: the wildcard `<table>_20*` of each property in var ga360_properties, which no intraday shard and no view
    of Google's matches, and a constant list of suffixes, which is all that BigQuery prunes by: the days of this run.
    Only the leaves that are read are named, so only they are billed; a column that the newest shard lacks (it gives
    the wildcard its schema) reads NULL. DuckDB: the views over the files, which prune by themselves.
    Example: from {{ ga360_shards('ga_sessions') }} as shards. No shard, no row. -#}
{% macro ga360_shards(table) %}{{ return(adapter.dispatch('ga360_shards', 'rendezvous')(table)) }}{% endmacro %}

{% macro duckdb__ga360_shards(table) %}{{ return(source('ga360', table)) }}{% endmacro %}

{% macro bigquery__ga360_shards(table) %}
    {%- set selects = [] -%}
    {%- for entry in var('ga360_properties') -%}
        {%- set newest = ga360_newest_shard(entry.dataset, table) -%}
        {%- if newest -%}
            {%- do selects.append(ga360_wildcard(entry, table, adapter.get_columns_in_relation(newest))) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('(' ~ (selects | join('\nunion all\n') or ga360_no_shards()) ~ ')') }}
{% endmacro %}

{#- The shard that was created last, or none. Without a connection (parse, compile --no-introspect): none. -#}
{% macro ga360_newest_shard(dataset, table) -%}
    {%- if not execute or not flags.INTROSPECT -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set found = run_query(
        "select table_id from `" ~ target.project ~ "`.`" ~ dataset ~ "`.`__TABLES__`"
        ~ " where regexp_contains(table_id, r'^" ~ table ~ "_20[0-9]{6}$') order by creation_time desc, table_id desc limit 1"
    ) -%}
    {%- if not found.rows -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(api.Relation.create(database=target.project, schema=dataset, identifier=found.rows[0][0])) }}
{%- endmacro %}

{% macro ga360_wildcard(entry, table, columns) %}
    {%- set days = days_to_read() -%}
    {%- set present = ga360_by_name(columns) -%}
    select
        '{{ entry.property }}' as property,
        parse_date('%Y%m%d', '20' || _table_suffix) as table_date,
        'ga360/{{ entry.property }}/{{ table }}_20' || _table_suffix as _file,
        cast(null as int64) as _line,
        {% for name, shape in ga360_shape().items() -%}
        {{ ga360_value('shard.' ~ name, shape, present.get(name | lower), name) }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from `{{ target.project }}`.`{{ entry.dataset }}`.`{{ table }}_20*` as shard
    where {% if days is none -%}
        _table_suffix between '000101' and '991231' and length(_table_suffix) = 6
    {%- elif days -%}
        _table_suffix in ({% for day in days %}'{{ modules.re.sub('[^0-9]', '', day)[2:] }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- else -%}
        _table_suffix = '000000'
    {%- endif %}
{% endmacro %}

{#- The same columns without a row. -#}
{% macro ga360_no_shards() %}
    select
        cast(null as string) as property,
        cast(null as date) as table_date,
        cast(null as string) as _file,
        cast(null as int64) as _line,
        {% for name, shape in ga360_shape().items() -%}
        {{ ga360_value(name, shape, none, name) }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from (select 1 as nothing)
    where false
{% endmacro %}

{#- What is read of an export: none is a scalar, a mapping a struct, a list of one mapping an array of structs. -#}
{% macro ga360_shape() %}
    {%- set indexed = [{'index': none, 'value': none}] -%}
    {{ return({
        'fullVisitorId': none, 'clientId': none, 'userId': none,
        'visitId': none, 'visitNumber': none, 'visitStartTime': none, 'date': none,
        'totals': {'visits': none},
        'trafficSource': {'source': none, 'medium': none, 'campaign': none},
        'device': {'browser': none, 'deviceCategory': none},
        'geoNetwork': {'country': none},
        'privacy_info': {'analytics_storage': none, 'ads_storage': none},
        'customDimensions': indexed,
        'hits': [{
            'hitNumber': none, 'time': none, 'isInteraction': none, 'referer': none, 'type': none,
            'page': {'pagePath': none, 'hostname': none, 'pageTitle': none},
            'transaction': {
                'transactionId': none, 'transactionRevenue': none, 'transactionTax': none, 'transactionShipping': none,
                'currencyCode': none, 'localTransactionRevenue': none, 'transactionCoupon': none,
            },
            'eventInfo': {'eventCategory': none, 'eventAction': none, 'eventLabel': none},
            'product': [{
                'productSKU': none, 'v2ProductName': none, 'v2ProductCategory': none, 'productVariant': none,
                'productBrand': none, 'productRevenue': none, 'localProductRevenue': none, 'productPrice': none,
                'localProductPrice': none, 'productQuantity': none, 'productRefundAmount': none, 'isImpression': none,
                'isClick': none, 'productListName': none, 'productListPosition': none, 'productCouponCode': none,
            }],
            'promotion': [{'promoId': none, 'promoName': none, 'promoPosition': none}],
            'promotionActionInfo': {'promoIsView': none, 'promoIsClick': none},
            'refund': {'refundAmount': none, 'localRefundAmount': none},
            'eCommerceAction': {'action_type': none, 'step': none, 'option': none},
            'customDimensions': indexed,
        }],
        'exportTimeUsec': none, 'exportKey': none, 'visitKey': none,
    }) }}
{% endmacro %}

{#- The expression for one value: as the export has it where it has it, NULL of its type where it does not. A struct that
    is NULL stays NULL: an event that is not there is not an event without a name. -#}
{% macro ga360_value(path, shape, column, name) -%}
    {%- if column is none -%}
        {{ return('cast(null as ' ~ ga360_type(shape) ~ ')') }}
    {%- elif shape is none -%}
        {{ return('cast(' ~ path ~ ' as string)') }}
    {%- elif shape is mapping -%}
        {%- set fields = ga360_fields(path, shape, column) -%}
        {{ return('if(' ~ path ~ ' is null, null, struct(' ~ fields | join(', ') ~ '))') }}
    {%- else -%}
        {%- set element = 'one_' ~ name | lower -%}
        {%- set fields = ga360_fields(element, shape[0], column) -%}
        {{ return(
            'array(select as struct ' ~ fields | join(', ') ~ ' from unnest(' ~ path ~ ') as ' ~ element
            ~ ' with offset as place order by place)'
        ) }}
    {%- endif -%}
{%- endmacro %}

{% macro ga360_fields(path, shape, column) -%}
    {%- set present = ga360_by_name(column.fields) -%}
    {%- set fields = [] -%}
    {%- for name, inner in shape.items() -%}
        {%- do fields.append(ga360_value(path ~ '.' ~ name, inner, present.get(name | lower), name) ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}

{#- The type of a value that is not there. -#}
{% macro ga360_type(shape) -%}
    {%- if shape is none -%}
        {{ return('string') }}
    {%- elif shape is mapping -%}
        {%- set fields = [] -%}
        {%- for name, inner in shape.items() -%}
            {%- do fields.append(name ~ ' ' ~ ga360_type(inner)) -%}
        {%- endfor -%}
        {{ return('struct<' ~ fields | join(', ') ~ '>') }}
    {%- else -%}
        {{ return('array<' ~ ga360_type(shape[0]) ~ '>') }}
    {%- endif -%}
{%- endmacro %}

{#- Columns by their name in lower case, as BigQuery compares names. -#}
{% macro ga360_by_name(columns) -%}
    {%- set named = {} -%}
    {%- for column in columns -%}
        {%- do named.update({column.name | lower: column}) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}
