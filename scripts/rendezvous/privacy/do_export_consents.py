"""`rendezvous privacy export-consents`: what one system must learn, as a file it can read in."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click
import duckdb

from rendezvous import HouseError, counted
from rendezvous.commands.brief import database
from rendezvous.database import connect as open_database
from rendezvous.privacy import engine, recheck
from rendezvous.privacy import house as houses

COLUMNS = (
    "record_type", "record_id", "purpose", "channel", "recipient", "status", "decided_at", "consent_event_id",
    "contact_window", "notice_due_at", "ask_again_from",
)  # fmt: skip

# Ids go out as they are. A keyed hash goes out as the name under which the system itself sent that address or number;
# what it never sent has no name there, and stays here. A yes goes out only while it stands. With each go the hours it
# may be used in, until when the person must be told how it was dealt with, and from when they may be asked again.
OPEN = """
with own_names as (
    select source_system, subject_key as hashed, max(subject_id) as given
    from staging.stg_consent__consent_events
    where subject_type in ('email', 'email_sha256', 'phone')
    group by source_system, subject_key
    union all
    select 'newsletter', reconciliation_key, max(email)
    from staging.stg_newsletter__events
    where reconciliation_key is not null
    group by reconciliation_key
)
select distinct open.identifier_type, open.identifier_value, own_names.given, open.purpose, open.channel,
    open.recipient, open.status, open.changed_at, open.consent_event_id,
    states.contact_window, states.notice_due_at, states.ask_again_from,
    case when open.status <> 'refused' then states.reconfirm_due_at end as due_at
from marts.consent_propagation as open
inner join marts.consent_states as states
    on open.customer_key = states.customer_key and open.purpose = states.purpose and open.recipient = states.recipient
left join own_names
    on open.source_system = own_names.source_system and open.identifier_value = own_names.hashed
where open.is_open and open.source_system = $1 and (open.status = 'refused' or states.is_allowed)
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""
SYSTEMS = "select distinct source_system from marts.consent_propagation order by 1"


@click.command()
@click.option("--system", required=True, help="The system that is to learn, as the feeds call it: crm_eu, newsletter.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else it is printed.")
@houses.target_option
def command(system: str, out: Path | None, target: str) -> None:
    """Writes the consents a system does not know yet, checked again at this moment, as CSV."""
    rows = rows_for(database(), system) if target == houses.LOCAL else rows_in(target, system)
    with _opened(out) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    click.echo(f"{counted(len(rows), 'consent')} that {system} does not know yet.", err=True)


def rows_for(path: Path, system: str) -> list[tuple]:
    """What the system must learn. Raises HouseError without a build, for an unknown system, or when a no has landed."""
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first.")
    try:
        with open_database(path, read_only=True) as connection:
            recheck.refuse_if_landed(connection)
            return _rows(connection, system)
    except duckdb.CatalogException as error:
        raise HouseError(f"{path} holds no consents yet: run `rendezvous build` first.") from error
    except duckdb.IOException as error:
        raise HouseError(f"{path} cannot be opened; a build may be running. Try again.") from error


def rows_in(target: str, system: str) -> list[tuple]:
    """The same of a house in BigQuery, by a target of profiles.yml."""
    warehouse = houses.reading(target)
    recheck.refuse_if_loaded(warehouse, target)
    try:
        return _rows(warehouse, system)
    except engine.MissingTable as error:
        raise HouseError(f"No consents are built there yet: run `dbt build --target {target}` first.") from error


def _rows(connection: engine.Connection, system: str) -> list[tuple]:
    found = connection.execute(OPEN, [system]).fetchall()
    if not found:
        known = [name for (name,) in connection.execute(SYSTEMS).fetchall()]
        if system not in known:
            raise HouseError(f"{system}: no such system has anything to learn. Known: {', '.join(known) or 'none'}.")
    now = recheck.clock()
    standing = [values for *values, due_at in (map(_plain, row) for row in found) if due_at is None or due_at > now]
    rows = [_row(*values) for values in standing]
    unnamed = sum(1 for row in rows if row is None)
    if unnamed:
        click.echo(f"{unnamed} records left out: {system} never gave them a name of its own.", err=True)
    return [row for row in rows if row is not None]


def _plain(value: Any) -> Any:
    """An instant in UTC without offset, as DuckDB has it; BigQuery's has one."""
    is_offset = isinstance(value, datetime) and value.tzinfo is not None
    return value.astimezone(UTC).replace(tzinfo=None) if is_offset else value


def _row(kind: str, value: str, given: str | None, *rest: object) -> tuple | None:
    if kind in ("email", "phone"):
        return None if given is None else (kind, given, *rest)
    return (kind, value, *rest)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    # Names a system's clients: for its owner's eyes, also where the file was there before.
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="") as stream:
        yield stream
