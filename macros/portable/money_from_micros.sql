{#- An amount given as text in millionths to money, exactly; NULL when unreadable or beyond 10^12.
    Example: money_from_micros('hit.transaction.transactionRevenue'). -#}
{% macro money_from_micros(x) %}{{ return(adapter.dispatch('money_from_micros', 'rendezvous')(x)) }}{% endmacro %}

{% macro bigquery__money_from_micros(x) %}(case when {{ to_int(x) }} between -999999999999999999 and 999999999999999999 then cast({{ to_int(x) }} as numeric) end / 1000000){% endmacro %}

{% macro duckdb__money_from_micros(x) %}cast(try_cast({{ to_int(x) }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(38, 9)){% endmacro %}
