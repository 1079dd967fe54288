"""Whose a row is: conditions in SQL over the table `person` (kind, value) of the one person that is asked about.

A row that names a person by something only they own (a key, a record, a card, a device) is theirs. A row with their
contact alone is theirs too, unless it names somebody else's record: then it is that other person's, and only the
contact goes.
"""

from __future__ import annotations

from rendezvous.privacy.targets import CONTACTS, Target

_BLANKS = r"^[\s\p{Z}\x{200B}\x{FEFF}]+|[\s\p{Z}\x{200B}\x{FEFF}]+$"


def normal_email(column: str) -> str:
    """The form in which addresses are compared (macro normalise_email)."""
    return f"lower(regexp_replace(nfc_normalize({column}), '{_BLANKS}', '', 'g'))"


def normal_phone(column: str) -> str:
    """The form in which numbers are compared (macro phone_key)."""
    return f"regexp_replace(regexp_replace({column}, '[^0-9+]', '', 'g'), '^00', '+')"


def normal_text(column: str) -> str:
    """An id as staging reads it: without white space around it."""
    return f"regexp_replace(cast({column} as varchar), '{_BLANKS}', '', 'g')"


def value_of(kind: str, group: tuple[str, ...]) -> str:
    """The value under which `person` lists what a group of columns says; NULL where its last column is."""
    *systems, last = group
    if kind == "email":
        return normal_email(last)
    if kind == "phone":
        return normal_phone(last)
    if kind == "subject":
        subject_type, subject_id = group
        number = normal_phone(subject_id)
        other = normal_email(subject_id)
        return f"{subject_type} || '|' || case {subject_type} when 'phone' then {number} else {other} end"
    # Keys are hashes of our own making; ids come from outside, with blanks around them.
    if not systems:
        return last if kind not in ("loyalty", "app_instance") else normal_text(last)
    return " || '|' || ".join([*(f"coalesce(cast({name} as varchar), '')" for name in systems), normal_text(last)])


def matches(kind: str, group: tuple[str, ...]) -> str:
    """Whether a group of columns names the person; never NULL."""
    return f"coalesce({value_of(kind, group)} in (select value from person where kind = '{kind}'), false)"


def is_theirs(target: Target) -> str:
    """Whether a row is the person's; never NULL."""
    strong = [matches(kind, group) for kind, group in target.keys if kind not in CONTACTS]
    weak = [matches(kind, group) for kind, group in target.keys if kind in CONTACTS]
    others = [f"{group[-1]} is not null" for kind, group in target.keys if kind in ("customer", "crm_customer")]
    parts = [" or ".join(strong)] if strong else []
    if weak:
        parts.append(f"({' or '.join(weak)})" + (f" and not ({' or '.join(others)})" if others else ""))
    theirs = " or ".join(f"({part})" for part in parts) or "false"
    customer = [group for kind, group in target.keys if kind == "customer"]
    if customer:
        theirs = f"case when customer_key is null then {theirs} else {matches('customer', customer[0])} end"
    return theirs


def contacts_in(target: Target) -> dict[str, str]:
    """Column -> whether it holds a contact that is the person's alone."""
    return {group[-1]: matches(kind, group) for kind, group in target.keys if kind in CONTACTS}
