"""Who else holds data of a person who is erased (GDPR 19): each system that knows them by a name of its own.

An id is told to the system that issued it, an address or number to the system that sent it, as it sent it. Whom a yes
named as a recipient is listed too: what was handed over is not known here. Read before the person is erased.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rendezvous import HouseError
from rendezvous.privacy import certificate
from rendezvous.privacy.engine import MISSING, Connection
from rendezvous.privacy.erasure import Recipient

READ_FROM = (
    "intermediate.int_consent__events", "staging.base_consent__consent_events", "staging.base_newsletter__events",
)  # fmt: skip
"""Tables that tell who is to be told, beside those by which the person is found: an erasure that was broken off and is
run again must read the same there, so they are among the last to be erased."""
COLUMNS = ("record_type", "record_id", "request_id", "kind")

_HELD = """
with theirs as (
    select identifier_type, identifier_system, identifier_value from marts.customer_identifiers
    where customer_key in (select value from person where kind = 'customer')
),
contacts as (
    select value from person where kind in ('email_key', 'phone_key')
)
select identifier_system, identifier_type, identifier_value from theirs
where identifier_type not in ('email', 'phone') and identifier_system <> ''
union distinct
select identifier_type, identifier_type, identifier_value from theirs
where identifier_type not in ('email', 'phone') and coalesce(identifier_system, '') = ''
union distinct
select source_system, subject_type, subject_id from staging.stg_consent__consent_events
where subject_type in ('email', 'email_sha256', 'phone') and subject_key in (select value from contacts)
union distinct
select 'newsletter', 'email', email from staging.stg_newsletter__events
where reconciliation_key in (select value from contacts)
order by 1, 2, 3
"""
_NAMED = """
select distinct recipient from intermediate.int_consent__events
where customer_key in (select value from person where kind = 'customer') and recipient <> 'house' and not is_denial
order by recipient
"""


def recipients(
    connection: Connection, request_id: str, kind: str, folder: Path | None
) -> list[Recipient]:
    """Everyone to be told of what happens to whom the table `person` holds; with a folder, a file for each of them."""
    held: dict[str, list[tuple[str, str]]] = {}
    for system, record_type, record_id in _rows(connection, _HELD):
        held.setdefault(system or "unnamed", []).append((record_type, record_id))
    found = [
        Recipient(system, len(records), _written(folder, system, records, request_id, kind) if folder else "")
        for system, records in sorted(held.items())
    ]
    return found + [Recipient(name, 0) for (name,) in _rows(connection, _NAMED) if name not in held]


def _rows(connection: Connection, sql: str) -> list[tuple]:
    try:
        return connection.execute(sql).fetchall()
    except MISSING as error:
        missing = str(error).splitlines()[0]
        raise HouseError(
            f"who holds data of the person cannot be read: run `rendezvous build` first. {missing}"
        ) from None


def _written(folder: Path, system: str, records: list[tuple[str, str]], request_id: str, kind: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((*record, request_id, kind) for record in records)
    path = folder / f"{kind}-{certificate.file_name(request_id)}-{certificate.file_name(system)}.csv"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        certificate.write_private(path, text.getvalue())
    except OSError as error:
        raise HouseError(f"{path} cannot be written ({error.strerror}): nothing was done.") from None
    return path.name
