{#- The identifier of the subject of a consent or a request as every other model knows it: ids as given, an e-mail (clear
    or as its SHA-256) as reconciliation key, a phone as phone key; NULL when it can identify nobody (placeholder, staff).
    Example: subject_key('subject_type', 'subject_id', 'email_status'), email_status being that of the subject's address,
    in a row with a column key_name. -#}
{% macro subject_key(subject_type, subject_id, email_status) -%}
    case
            when {{ subject_type }} = 'email' and {{ email_status }} <> 'ok' then null
            when {{ subject_type }} in ('email', 'email_sha256', 'phone')
                then {{ contact_key(subject_type, subject_id) }}
            else {{ subject_id }}
        end
{%- endmacro %}

{#- The same of an address or a number alone, under any key; NULL for other subjects and for what is none.
    Example: contact_key('subject_type', 'subject_id', 'keys_in_use.key_name'). -#}
{% macro contact_key(subject_type, subject_id, key_name='key_name') -%}
    case {{ subject_type }}
            when 'email' then {{ reconciliation_key(subject_id, key_name) }}
            when 'email_sha256'
                then case
                    when {{ regexp_contains(subject_id, "'^[0-9a-fA-F]{64}$'") }}
                        then {{ reconciliation_key_of_hash('lower(' ~ subject_id ~ ')', key_name) }}
                end
            when 'phone' then {{ phone_key(subject_id, key_name) }}
        end
{%- endmacro %}
