{#- The instant a run sees from when RENDEZVOUS_AS_OF is not set, as text; '' for the start of the run. DuckDB: the
    demo house has an instant of its own as long as no landing folder is named. BigQuery: always now. -#}
{% macro default_as_of() %}{{ return(adapter.dispatch('default_as_of', 'rendezvous')()) }}{% endmacro %}

{% macro bigquery__default_as_of() %}{{ return('') }}{% endmacro %}

{% macro duckdb__default_as_of() %}{{ return(var('demo_as_of') if not env_var('RENDEZVOUS_RAW', '') else '') }}{% endmacro %}
