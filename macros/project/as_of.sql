{#- The only clock of the project: a TIMESTAMP literal in UTC. RENDEZVOUS_AS_OF (ISO 8601 with offset or Z) if
    set; else the demo house's own fixed instant when no landing folder is named; else the start of the run.
    Example: where hits.arrived_at <= {{ as_of() }}. An instant that cannot be read stops the compilation. -#}
{% macro as_of() -%}
    {{ return("timestamp '" ~ as_of_text() ~ "'") }}
{%- endmacro %}

{#- The same instant as text 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC, for seeds of keys, ledgers and summaries.

    While dbt parses, any instant will do, and the variable is not asked for: dbt would parse whatever asks for it anew
    as often as the instant changes, which is with every run. -#}
{% macro as_of_text() -%}
    {%- if not execute -%}{{ return('1970-01-01 00:00:00.000000') }}{%- endif -%}
    {%- set given = env_var('RENDEZVOUS_AS_OF', '') or default_as_of() -%}
    {%- if not given -%}
        {{ return(run_started_at.astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')) }}
    {%- endif -%}
    {%- if not modules.re.match('^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$', given) -%}
        {{ exceptions.raise_compiler_error("RENDEZVOUS_AS_OF is '" ~ given ~ "': write an ISO 8601 instant such as 2024-05-30T10:00:00Z") }}
    {%- endif -%}
    {%- set parsed = modules.datetime.datetime.fromisoformat(given) -%}
    {%- if parsed.tzinfo is not none -%}
        {%- set parsed = parsed.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    {{ return(parsed.strftime('%Y-%m-%d %H:%M:%S.%f')) }}
{%- endmacro %}
