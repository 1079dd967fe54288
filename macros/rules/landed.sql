{#- The rows of a landed business table as they came, with withheld_because: 'erased' or 'held_in_its_country', for rows that
    come without a single personal cell; else NULL. The one place where a business feed meets vault.tombstones and the
    countries that keep their residents' data, before anything of it is stored. `names` are the groups of columns by which a
    row names a person, as vars subject_keys has them; `also` are further personal columns. Trap: one matching name is
    enough, whoever else the row names. Example: from {{ landed('newsletter', 'events', ['email']) }}. -#}
{% macro landed(system, table, names, also=[]) -%}
    {%- set emptied = [] -%}
    {%- for name in names -%}{%- do emptied.append((name.split(',') | last) | trim) -%}{%- endfor -%}
    (
        select * replace (
            {%- for column in emptied + also %}
            case when withheld_because is null then {{ column }} end as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
        from (
            select
                landed_rows.*,
                case
                    when
                        {% for name in names -%}
                        {{ 'or ' if not loop.first }}{{ has_tombstone(name) }}
                        {% endfor -%}
                        then 'erased'
                    when {{ held_in_its_country(system, table, names) }} then 'held_in_its_country'
                end as withheld_because
            from {{ source(system, table) }} as landed_rows
        ) as known_rows
    ) as landed_rows
{%- endmacro %}

{#- Whether a group of columns names someone who was erased; never NULL. Example: has_tombstone('source_system, customer_id'). -#}
{% macro has_tombstone(name) -%}
    {%- set columns = name.split(',') | map('trim') | list -%}
    {%- set kinds = [] -%}
    {%- for kind, groups in var('subject_keys').items() if name in groups -%}{%- do kinds.append(kind) -%}{%- endfor -%}
    {%- if not kinds -%}
        {{ exceptions.raise_compiler_error("'" ~ name ~ "' is no group of columns in vars, subject_keys") }}
    {%- endif -%}
    {%- set last = columns | last -%}
    {%- set system = columns[0] if columns | length > 1 else "''" -%}
    {%- if kinds[0] == 'email' -%}
        {%- set tombstone = tombstone_of("'email'", "''", sha256_hex(normalise_email(last))) -%}
    {%- elif kinds[0] == 'phone' -%}
        {%- set tombstone = tombstone_of("'phone'", "''", '(' ~ usable_phone(last) ~ ')') -%}
    {%- elif kinds[0] in ['subject', 'system_subject'] -%}
        {%- set tombstone = subject_tombstone(system if kinds[0] == 'system_subject' else "''") -%}
    {%- else -%}
        {%- set tombstone = tombstone_of("'" ~ kinds[0] ~ "'", system, clean_text(last)) -%}
    {%- endif -%}
    coalesce({{ tombstone }} in {{ erased_tombstones() }}, false)
{%- endmacro %}

{#- The tombstone of the subject of a consent or a request, whatever names it; see subject_key. -#}
{% macro subject_tombstone(system) -%}
    {%- set kind = "case subject_type when 'email_sha256' then 'email' else subject_type end" -%}
    {%- set issuer = "case when subject_type not in ('email', 'email_sha256', 'phone') then " ~ system ~ " end" -%}
    {%- set value -%}
        case
            when subject_type = 'email' then {{ sha256_hex(normalise_email('subject_id')) }}
            when subject_type = 'email_sha256' then {{ lower_case(clean_text('subject_id')) }}
            when subject_type = 'phone' then {{ usable_phone('subject_id') }}
            else {{ clean_text('subject_id') }}
        end
    {%- endset -%}
    {{ return(tombstone_of(kind, issuer, '(' ~ value ~ ')')) }}
{%- endmacro %}

{#- Whether a slot of a web export names someone who was erased: on a device that others use, or one nobody knew of. Needs
    meaning, identifier_system, raw_value; never NULL. Use: where not slot_has_tombstone(). -#}
{% macro slot_has_tombstone() -%}
    {%- set value -%}
        case
            when meaning <> 'email_sha256' then {{ clean_text('raw_value') }}
            when strpos(raw_value, '@') > 0 then {{ sha256_hex(normalise_email(decoded_at_sign('raw_value'))) }}
            else {{ sha256_of_received(received_key('raw_value')) }}
        end
    {%- endset -%}
    {%- set kind = "case meaning when 'email_sha256' then 'email' else meaning end" -%}
    {%- set issuer = "case when meaning <> 'email_sha256' then identifier_system end" -%}
    coalesce({{ tombstone_of(kind, issuer, '(' ~ value ~ ')') }} in {{ erased_tombstones() }}, false)
{%- endmacro %}

{#- The tombstones of whoever was erased, as a subquery of one column, tombstone. None in a unit test: its invented people
    may have a number or an id of somebody whom the house has erased. -#}
{% macro erased_tombstones() -%}
    (select tombstone from vault.tombstones{{ ' where false' if model.resource_type == 'unit_test' }})
{%- endmacro %}
