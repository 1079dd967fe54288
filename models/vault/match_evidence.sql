-- Grain: one client record with what it can be compared by, in clear and therefore here:
-- letters of names, digits of dates and numbers, words of addresses; how often the house
-- has each value stands beside it. 1 January says no more than its year: it is what
-- forms fill in. Google delivers by the letters before a dot or tag (google_mailbox).
with customers as (

    select
        key_name,
        source_system,
        customer_id,
        {{ comparable_text('first_name') }} as given_name,
        {{ comparable_text('last_name') }} as family_name,
        nullif(
            {{ name_letters('first_name_native') }} || '|'
            || {{ name_letters('last_name_native') }},
            '|'
        ) as native_name,
        {{ regexp_replace_all('cast(birth_date as string)', "'[^0-9]'", "''") }}
            as birth_day,
        {{ regexp_replace_all('phone', "'[^0-9]'", "''") }} as phone,
        case when email_status = 'ok' then {{ normalise_email('email') }} end as email,
        {{ comparable_text('address_line_1') }} as street,
        {{ comparable_text('address_line_2') }} as building,
        {{ comparable_text('postal_code') }} as postal_code,
        {{ comparable_text('city') }} as city,
        country_code
    from {{ ref('stg_crm__customers') }}
    where
        coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}
        and (deleted_at is null or deleted_at > {{ as_of() }})

),

reduced as (

    select
        {{ node_key("'crm_customer'", 'source_system', 'customer_id') }} as node_key,
        key_name,
        source_system,
        customer_id,
        given_name,
        family_name,
        native_name,
        case when birth_day not like '%0101' then birth_day end as birth_day,
        case when length(phone) >= 7 then right(phone, 8) end as phone,
        email,
        {{ mailbox_of('email') }} as mailbox,
        case when length(street) >= 4 then street end as street,
        case when length(building) >= 4 then building end as building,
        postal_code,
        city,
        country_code
    from customers

),

totals as (

    select
        count(*) as record_count
        {%- for column in match_columns().values() %},
        count({{ column }}) as {{ column }}_count
        {%- endfor %}
    from reduced

),
{% for comparison in match_rarity() %}
{%- set column = match_columns()[comparison] %}
{{ comparison }}_counts as (

    select
        {{ column }},
        count(*) as record_count
    from reduced
    where {{ column }} is not null
    group by {{ column }}

),
{% endfor %}
match_evidence as (

    select
        reduced.*,
        case
            when
                ends_with(reduced.email, '@gmail.com')
                or ends_with(reduced.email, '@googlemail.com')
                then reduced.mailbox
        end as google_mailbox,
        row_number() over (order by reduced.node_key nulls last) as record_number,
        totals.record_count
        {%- for comparison in match_rarity() %},
        {{ safe_divide(
            comparison ~ '_counts.record_count', 'totals.' ~ match_columns()[comparison] ~ '_count'
        ) }} as {{ comparison }}_share
        {%- endfor %}
    from reduced
    cross join totals
    {%- for comparison in match_rarity() %}
    {%- set column = match_columns()[comparison] %}
    left join {{ comparison }}_counts
        on reduced.{{ column }} = {{ comparison }}_counts.{{ column }}
    {%- endfor %}

)

select * from match_evidence
