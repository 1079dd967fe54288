"""What verdicts would change, before any is applied: the project's own models, run on a copy of the database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rendezvous import PROJECT, HouseError, arrivals
from rendezvous.database import attach, is_encrypted
from rendezvous.database import connect as open_database
from rendezvous.landing import sql_text

_SAME_IDENTIFIER = """
before.customer_identifiers as one
inner join after.customer_identifiers as other
    on one.identifier_type = other.identifier_type
    and coalesce(one.identifier_system, '') = coalesce(other.identifier_system, '')
    and one.identifier_value = other.identifier_value
"""
_MERGED = f"""
select other.customer_key, list(distinct one.customer_key order by one.customer_key)
from {_SAME_IDENTIFIER} group by other.customer_key having count(distinct one.customer_key) > 1 order by 1
"""
_SPLIT = f"""
select one.customer_key, list(distinct other.customer_key order by other.customer_key)
from {_SAME_IDENTIFIER} group by one.customer_key having count(distinct other.customer_key) > 1 order by 1
"""
_APPOINTMENTS = """
with touched as (
    select unnest($1::varchar[]) as customer_key
),
counted as (
    select profiles.appointment_id, profiles.store_id, profiles.starts_at, profiles.customer_key,
        count(items.rank) as items
    from {side}.appointment_profiles as profiles
    left join {side}.appointment_profile_items as items on profiles.appointment_id = items.appointment_id
    group by all
)
select counted.* from counted semi join touched on counted.customer_key = touched.customer_key
"""
_CONSENTS = f"""
with parts as (
    select distinct one.customer_key as part_key, other.customer_key
    from {_SAME_IDENTIFIER}
    where other.customer_key in (select unnest($1::varchar[])) or one.customer_key in (select unnest($1::varchar[]))
),
refusing as (
    select parts.part_key, parts.customer_key, states.purpose, states.recipient
    from parts
    inner join after.consent_states as states on parts.customer_key = states.customer_key
    where states.status = 'refused'
),
compared as (
    select states.customer_key, states.purpose, states.recipient, states.is_allowed,
        count(distinct parts.part_key) as parts,
        count(distinct parts.part_key) filter (earlier.is_allowed) as allowed,
        count(distinct parts.part_key) filter (earlier.status = 'refused' and refusing.part_key is null) as refused,
        count(distinct parts.part_key) filter (earlier.status = 'refused' and refusing.part_key is not null) as parted
    from after.consent_states as states
    inner join parts on states.customer_key = parts.customer_key
    left join before.consent_states as earlier
        on parts.part_key = earlier.customer_key
        and states.purpose = earlier.purpose
        and states.recipient = earlier.recipient
    left join refusing
        on parts.part_key = refusing.part_key
        and states.customer_key <> refusing.customer_key
        and states.purpose = refusing.purpose
        and states.recipient = refusing.recipient
    group by all
)
select customer_key, purpose, recipient, is_allowed, parts, allowed, refused, parted from compared
"""


@dataclass
class Effect:
    """What would differ. Keys are customer keys; a consent is a person's for a purpose and a recipient.

    narrowed: one of the people who become one was allowed, the one is not. extended: one of them was allowed and
    another had said nothing. returned: someone who refused falls apart, the no goes with one part, and another part
    had said yes for itself. widened: a no goes with nobody; the rules of consent leave none.
    """

    merged: list[tuple[str, list[str]]]
    split: list[tuple[str, list[str]]]
    appointments: list[tuple[str, str, object, int, int]]
    narrowed: int
    extended: int
    returned: int
    widened: list[tuple[str, str, str]]

    @property
    def is_none(self) -> bool:
        return not (self.merged or self.split)


def simulate(database: Path, decisions: Path) -> Effect:
    """Builds a copy of the database with one more file of decisions, and compares the people.

    `decisions` is a file of the landing contract, decided at or before the clock of the last build: only it may differ,
    so that clock is kept. The copy, everything in it and dbt's artefacts are deleted
    afterwards. Takes the time of an incremental build. Raises HouseError if the database is not built or dbt fails.
    """
    if not database.is_file():
        raise HouseError(f"{database} does not exist: run `rendezvous build` first.")
    with tempfile.TemporaryDirectory(prefix="rendezvous-") as name:
        folder = Path(name)
        copy = _copied(database, folder)
        _build(copy, folder, decisions, clock_of(database))
        with _both(database, copy) as connection:
            return _effect(connection)


def _copied(database: Path, folder: Path) -> Path:
    """The database, what the arrival checks know of its files, and dbt's manifest."""
    copy = folder / "rendezvous.duckdb"
    shutil.copyfile(database, copy)
    copy.chmod(0o600)
    known = arrivals.arrivals_folder(database)
    if known.is_dir():
        shutil.copytree(known, arrivals.arrivals_folder(copy))
    (folder / "target").mkdir()
    for name in ("manifest.json", "partial_parse.msgpack"):
        artefact = PROJECT / os.environ.get("DBT_TARGET_PATH", "target") / name
        if artefact.is_file():
            shutil.copyfile(artefact, folder / "target" / name)
    return copy


def clock_of(database: Path) -> str:
    """The clock of the last build, as text. Raises HouseError if none has completed."""
    try:
        with open_database(database, read_only=True) as connection:
            row = connection.execute(
                "select as_of from staging.run_ledger where status = 'completed' and command in ('build', 'run')"
                " order by started_at desc limit 1"
            ).fetchone()
    except duckdb.Error as error:
        raise HouseError(f"{database} cannot be read: {str(error).splitlines()[0]}") from None
    if row is None:
        raise HouseError(f"{database}: no build has completed there; run `rendezvous build` first.")
    return row[0]


def _build(copy: Path, folder: Path, decisions: Path, as_of: str) -> None:
    beside = folder / "decisions"
    beside.mkdir()
    given = os.environ.get("RENDEZVOUS_DECISIONS", "")
    for path in [*(Path(given).expanduser().resolve().glob("decisions*") if given else []), decisions]:
        shutil.copyfile(path, beside / path.name)
    environment = os.environ | {
        "RENDEZVOUS_DUCKDB": str(copy),
        "RENDEZVOUS_DECISIONS": str(beside),
        "RENDEZVOUS_AS_OF": as_of,
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [sys.executable, "-m", "rendezvous.cli", "build"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-12:]
        raise HouseError("the copy could not be built with these decisions:\n  " + "\n  ".join(last))


@contextmanager
def _both(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of both databases, as the schemas `before` and `after`."""
    with duckdb.connect() as connection:
        for side, path in (("before", before), ("after", after)):
            if is_encrypted(path):
                attach(connection, path, f"{side}_house", read_only=True)
            else:
                connection.execute(f"attach {sql_text(path)} as {side}_house (read_only)")
            connection.execute(f"create schema {side}")
            for mart in (
                "customer_identifiers", "appointment_profiles", "appointment_profile_items", "consent_states",
            ):
                connection.execute(f"create view {side}.{mart} as select * from {side}_house.marts.{mart}")
        yield connection


def _effect(connection: duckdb.DuckDBPyConnection) -> Effect:
    merged = connection.execute(_MERGED).fetchall()
    split = connection.execute(_SPLIT).fetchall()
    keys = sorted({key for new, parts in merged + split for key in (new, *parts)})
    consents = connection.execute(_CONSENTS, [keys]).fetchall()
    allowed_now = [row for row in consents if row[3]]
    return Effect(
        merged,
        split,
        _appointments(connection, keys),
        narrowed=sum(1 for *_, is_allowed, _, allowed, _, _ in consents if allowed and not is_allowed),
        extended=sum(1 for *_, parts, yes, no, parted in allowed_now if yes + parted < parts and not no),
        returned=sum(1 for *_, refused, parted in allowed_now if parted and not refused),
        widened=[tuple(row[:3]) for row in allowed_now if row[6]],
    )


def _appointments(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> list[tuple[str, str, object, int, int]]:
    """Appointments to come of these people: id, boutique, start, pieces shown before and after."""
    sides = {}
    for side in ("before", "after"):
        rows = connection.execute(_APPOINTMENTS.format(side=side), [keys]).fetchall()
        sides[side] = {row[0]: row for row in rows}
    found = []
    for appointment in sorted(sides["before"].keys() | sides["after"].keys()):
        row = sides["after"].get(appointment) or sides["before"][appointment]
        items = [sides[side][appointment][4] if appointment in sides[side] else 0 for side in ("before", "after")]
        found.append((appointment, row[1], row[2], items[0], items[1]))
    return sorted(found, key=lambda each: (str(each[2]), each[0]))
