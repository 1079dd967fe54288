{#- Whether a landed row is of somebody whose clear data must stay in another project than this: never NULL. var
    resident_jurisdictions names the countries that keep their residents' data, RENDEZVOUS_JURISDICTION the one that this
    project is for. A row is held when it says where its person lives (var residence_columns), or when it names a client
    record, an address or a number of a record that does. Without such a country nothing is compared.
    Use: in macro landed. Trap: who moves away is held as long as an older version of their record says otherwise. -#}
{% macro held_in_its_country(system, table, names) -%}
    {%- set held = [] -%}
    {%- if var('resident_jurisdictions') -%}
        {%- set own = var('residence_columns').get(system ~ '.' ~ table) -%}
        {%- if own -%}{%- do held.append(lives_elsewhere(own)) -%}{%- endif -%}
        {%- for name in names -%}
            {%- do held.append(names_somebody_held(name)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(held | reject('equalto', '') | join(' or ') or 'false') }}
{%- endmacro %}

{#- Whether a country is one whose residents' data do not belong into this project; never NULL. An empty country tells
    nothing and is let in. Example: lives_elsewhere('country_code'). -#}
{% macro lives_elsewhere(country) -%}
    {%- set countries = var('resident_jurisdictions') -%}
    {%- set here = env_var('RENDEZVOUS_JURISDICTION', '') -%}
    {%- if here and here not in countries -%}
        {{ exceptions.raise_compiler_error(
            "RENDEZVOUS_JURISDICTION is '" ~ here ~ "', and dbt_project.yml's resident_jurisdictions does not name it. Add it there"
            ~ " or leave the variable empty. Nothing was built."
        ) }}
    {%- endif -%}
    {%- set code = upper_code(clean_text(country)) -%}
    {{ return("coalesce(" ~ (code ~ " <> '" ~ here ~ "'" if here else code ~ " in ('" ~ countries | join("', '") ~ "')") ~ ", false)") }}
{%- endmacro %}

{#- Whether a group of columns (as vars subject_keys has them) names a client record that is held, or its address or number;
    '' for a group that names neither. -#}
{% macro names_somebody_held(name) -%}
    {%- set columns = name.split(',') | map('trim') | list -%}
    {%- set last = columns | last -%}
    {%- set record, address, number = [], [], [] -%}
    {%- if columns[:2] == ['source_system', 'customer_id'] -%}
        {%- do record.append(clean_text('source_system') ~ " || '|' || " ~ clean_text('customer_id')) -%}
    {%- elif last == 'subject_id' -%}
        {%- do address.append("case when subject_type = 'email' then " ~ normalise_email(last) ~ " end") -%}
        {%- do number.append("case when subject_type = 'phone' then " ~ usable_phone(last) ~ " end") -%}
        {%- if columns | length > 2 -%}
            {%- do record.append("case when subject_type = 'crm_customer' then " ~ clean_text('source_system') ~ " || '|' || " ~ clean_text(last) ~ " end") -%}
        {%- endif -%}
    {%- elif last in var('subject_keys')['email'] -%}
        {%- do address.append(normalise_email(last)) -%}
    {%- elif last in var('subject_keys')['phone'] -%}
        {%- do number.append(usable_phone(last)) -%}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for value in record -%}{%- do found.append(is_of_the_held(value, clean_text('source_system') ~ " || '|' || " ~ clean_text('customer_id'))) -%}{%- endfor -%}
    {%- for value in address -%}{%- do found.append(is_of_the_held(value, normalise_email('email'))) -%}{%- endfor -%}
    {%- for value in number -%}{%- do found.append(is_of_the_held(value, usable_phone('phone'))) -%}{%- endfor -%}
    {{ return(found | join(' or ')) }}
{%- endmacro %}

{#- Whether a value is what some client record that is held has as `held_value`; never NULL. -#}
{% macro is_of_the_held(value, held_value) -%}
    {%- set held = 'select ' ~ held_value ~ ' as held_value from ' ~ source('crm', 'customers') ~ ' where ' ~ lives_elsewhere('country_code') -%}
    {{ return('coalesce((' ~ value ~ ') in (select held_value from (' ~ held ~ ') as held where held_value is not null), false)') }}
{%- endmacro %}
