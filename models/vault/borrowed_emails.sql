{{ config(materialized='view') }}
-- Grain: one e-mail that a client record holds though it spells another client of the
-- family (her record, his address), or that one of the family holds and such an address
-- mistypes: the same letters before the @, a slip after it. Whoever names the address
-- alone may be either. Full names count, in either order, as the whole mailbox or as its
-- last two words; not where her own name is in it, or one is a short form of the other
-- (one letter more is another name, and a short name inside a word is an accident).
-- Records a CRM deleted count as well, for what they link stays. Records under two keys
-- are not compared: a family is the name and the key.
with customers as (

    select
        {{ comparable_text('first_name') }} as given_name,
        {{ comparable_text('last_name') }} as family_name,
        key_name || '|' || {{ comparable_text('last_name') }} as family,
        {{ normalise_email('email') }} as email,
        reconciliation_key
    from {{ ref('stg_crm__customers') }}
    where
        coalesce(created_at, {{ as_of() }}) <= {{ as_of() }}
        and first_name is not null
        and last_name is not null

),

spellings as (

    select
        given_name,
        family,
        given_name || family_name as spelling
    from customers
    union distinct
    select
        given_name,
        family,
        family_name || given_name as spelling
    from customers

),

mailboxes as (

    select
        reconciliation_key,
        given_name,
        family,
        {{ mailbox_of('email') }} as mailbox,
        {{ comparable_text(regexp_replace_all('email', "'^.*@'", "''")) }} as provider,
        {{ comparable_text(regexp_extract_group(
            'email', "'([a-z]+[._-][a-z]+)[0-9]*(?:[+][^@]*)?@'"
        )) }} as last_words
    from customers
    where reconciliation_key is not null

),

readings as (

    select
        given_name,
        family,
        mailbox,
        provider,
        {{ regexp_replace_all('mailbox', "'[0-9]+$'", "''") }} as spelling
    from mailboxes
    union distinct
    select
        given_name,
        family,
        mailbox,
        provider,
        last_words as spelling
    from mailboxes

),

borrowed as (

    select distinct
        readings.family,
        readings.mailbox,
        readings.provider
    from readings
    inner join spellings
        on readings.family = spellings.family
        and readings.spelling = spellings.spelling
    where
        not starts_with(readings.given_name, spellings.given_name)
        and not (
            starts_with(spellings.given_name, readings.given_name)
            and length(spellings.given_name) > length(readings.given_name) + 1
        )
        and (
            starts_with(spellings.given_name, readings.given_name)
            or strpos(readings.mailbox, readings.given_name) = 0
            or (
                length(readings.given_name) < 4
                and not starts_with(readings.mailbox, readings.given_name)
            )
        )

),

borrowed_emails as (

    select distinct mailboxes.reconciliation_key
    from borrowed
    inner join mailboxes
        on borrowed.family = mailboxes.family
        and borrowed.mailbox = mailboxes.mailbox
    where {{ edit_distance('borrowed.provider', 'mailboxes.provider') }} <= 2

)

select * from borrowed_emails
