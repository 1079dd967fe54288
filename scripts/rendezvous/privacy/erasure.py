"""Erasure of one person: tombstones first, then landing files, then every table, then the database written anew.

In this order a run that dies half-way can be run again: the tombstones keep the person out from the first moment, and
the tables by which the person is found go last, in one transaction.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from rendezvous import HouseError, arrivals, landing
from rendezvous.arrivals import Ledger
from rendezvous.database import attach, is_sealed
from rendezvous.landing import Landing
from rendezvous.privacy import matching, rewriting, subject, tombstones
from rendezvous.privacy.targets import Target, owned_in

_SHORTEST_NEEDLE = 6
_CHUNK = 1 << 22


@dataclass
class Counted:
    """One table: its rows before, those removed, those kept without the person, rows of others that lose a contact."""

    table: str
    before: int
    removed: int = 0
    kept_without_person: int = 0
    contacts_emptied: int = 0
    retention_class: str = ""

    @property
    def after(self) -> int:
        return self.before - self.removed


@dataclass(frozen=True)
class Recipient:
    """Who is to be told: how many records of the person they hold under names of their own, and the file that says
    which ('' where none was written)."""

    name: str
    records: int
    notice: str = ""


@dataclass
class Done:
    """What an erasure did, or would do."""

    tables: list[Counted] = field(default_factory=list)
    files: list[rewriting.Rewritten] = field(default_factory=list)
    unread_files: list[str] = field(default_factory=list)
    artefacts: list[str] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    tombstones: int = 0

    @property
    def found_nothing(self) -> bool:
        return not self.files and not any(
            table.removed or table.kept_without_person or table.contacts_emptied for table in self.tables
        )


def count(connection: duckdb.DuckDBPyConnection, targets: list[Target]) -> list[Counted]:
    """What every table holds of the person, without touching it."""
    found = []
    for target in targets:
        contacts = " or ".join(matching.contacts_in(target).values()) or "false"
        before, removed, kept, emptied = connection.execute(f"""
            select count(*), count(*) filter (theirs and not kept), count(*) filter (theirs and kept),
                count(*) filter (contact and not theirs)
            from (
                select {matching.is_theirs(target)} as theirs, {contacts} as contact, {_kept(target)} as kept
                from {target.name}
            )
        """).fetchone()
        found.append(Counted(target.name, before, removed, kept, emptied, target.retention_class))
    return found


def raise_tombstones(connection: duckdb.DuckDBPyConnection, at: datetime) -> int:
    """Writes the tombstones of everything that names the person; returns how many are new."""
    secret = tombstones.key()
    made = {tombstones.make(*named, secret) for named in _named(connection)}
    return tombstones.add(connection, made, secret, at.date().isoformat())


def erase_files(connection: duckdb.DuckDBPyConnection, targets: list[Target], found: Landing, ledger: Ledger,
                dry_run: bool = False) -> list[rewriting.Rewritten]:  # fmt: skip
    """Rewrites every landing file that holds the person; corrects manifest.csv."""
    paths = {file.relative: file.path for file in found.files}
    malformed: dict[str, set[int]] = {}
    for path, line, _ in ledger.malformed:
        malformed.setdefault(path, set()).add(line)
    changes: dict[str, rewriting.Change] = {}
    for target in targets:
        if target.is_landed and not target.name.startswith("landing_ga360."):
            _plan(connection, target, changes)
    # Lines that nobody could read as a record go when they hold a contact of the person.
    texts = needles(connection)
    for path, lines in malformed.items():
        if path in paths and ".csv" in path:
            changes.setdefault(path, rewriting.Change()).dropped |= rewriting.lines_with(paths[path], lines, texts)
    done = [
        rewriting.Rewritten(path, len(change.dropped), len(change.emptied)) if dry_run
        else rewriting.rewrite_table_file(paths[path], path, change, malformed.get(path, set()))
        for path, change in sorted(changes.items()) if change
    ]  # fmt: skip
    if any(target.name == "staging.base_ga360__sessions" for target in targets):
        done += _erase_web_files(connection, found, dry_run)
    if not dry_run:
        rewriting.correct_manifest(found.folder, [file.path for file in done])
    return done


def erase_tables(connection: duckdb.DuckDBPyConnection, targets: list[Target]) -> None:
    """Deletes the person's rows from every table of the database, keeps those of the books without the person, and
    empties their contacts in the rows of others. One transaction is the caller's."""
    mentioned = _mentioned(connection)
    for target in targets:
        if target.is_landed:
            continue
        contacts = matching.contacts_in(target)
        theirs, kept = matching.is_theirs(target), _kept(target)
        if target.retention_class:
            emptied = ", ".join(f"{column} = null" for column in owned_in(target))
            connection.execute(f"update {target.name} set {emptied} where ({theirs}) and {kept}")
        connection.execute(f"delete from {target.name} where ({theirs}) and not {kept}")
        for column, is_their_contact in contacts.items():
            connection.execute(f"update {target.name} set {column} = null where {is_their_contact}")
        if mentioned and target.nested:
            _empty_nested(connection, target, mentioned)


def write_anew(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Copies the database into a new file and puts that in its place: deleting rows leaves their bytes behind.

    Closes the connection. The write-ahead log and spill files go as well.
    """
    name = connection.execute("select current_database()").fetchone()[0]
    connection.execute("checkpoint")
    fresh = database.with_name(f".{database.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        if is_sealed(connection):
            attach(connection, fresh, "fresh")
        else:
            connection.execute(f"attach {landing.sql_text(fresh)} as fresh")
        connection.execute(f'copy from database "{name}" to fresh')
        connection.execute("detach fresh")
        connection.close()
        os.chmod(fresh, database.stat().st_mode & 0o777)
        os.replace(fresh, database)
    except duckdb.Error as error:
        raise HouseError(
            f"{database}: the person's rows are deleted, but the file could not be written anew"
            f" ({type(error).__name__}): their bytes may still lie in it. Make room and run the same command again."
        ) from None
    finally:
        fresh.unlink(missing_ok=True)
        for leftover in (database.with_name(f"{database.name}.wal"), fresh.with_name(f"{fresh.name}.wal")):
            leftover.unlink(missing_ok=True)
        for leftover in database.parent.glob(f"{database.name}.tmp/*"):
            leftover.unlink()


def needles(connection: duckdb.DuckDBPyConnection) -> list[bytes]:
    """What would give the person away in a file that no table reads: contacts, and keys of their own."""
    kinds = ("email", "phone", "email_key", "phone_key", "customer", "visitor")
    texts = [value for kind in kinds for value in subject.values(connection, kind)]
    texts += [hashlib.sha256(address.encode()).hexdigest() for address in subject.values(connection, "email")]
    return sorted({text.lower().encode() for text in texts if len(text) >= _SHORTEST_NEEDLE})


def files_with(paths: Iterable[Path], texts: list[bytes]) -> list[Path]:
    """Those of some files in which one of the texts stands, upper or lower case alike."""
    return [path for path in paths if path.is_file() and _holds(path, texts)]


def now() -> datetime:
    """The instant an erasure is done; a right is not answered as of another day."""
    return datetime.now(UTC).replace(microsecond=0)


def _kept(target: Target) -> str:
    return f"coalesce({target.retained_rows}, false)" if target.retention_class else "false"


def _plan(connection: duckdb.DuckDBPyConnection, target: Target, changes: dict[str, rewriting.Change]) -> None:
    contacts = matching.contacts_in(target)
    flags = ", ".join(
        [f"{matching.is_theirs(target)} as theirs", *(f"{sql} as c_{name}" for name, sql in contacts.items())]
    )
    any_contact = " or ".join(f"c_{name}" for name in contacts) or "false"
    rows = connection.execute(
        f"select * from (select _file, _line, {flags} from {target.name}) where theirs or {any_contact}"
    ).fetchall()
    for file, line, theirs, *held in rows:
        change = changes.setdefault(file, rewriting.Change())
        if theirs and target.retention_class:
            change.emptied[line] = set(owned_in(target))
        elif theirs:
            change.dropped.add(line)
        else:
            change.emptied[line] = {name for name, holds in zip(contacts, held, strict=True) if holds}


def _erase_web_files(connection: duckdb.DuckDBPyConnection, found: Landing, dry_run: bool) -> list[rewriting.Rewritten]:
    """Exports that were built are known by their sessions; those that were not are searched by device."""
    visitors, sessions = _by_property(connection, "web_visitor"), _by_property(connection, "web_session")
    beside = _by_property(connection, "shared_web_session")
    holding = _not_built(connection) | {row[0] for row in connection.execute("""
        select distinct _file from staging.base_ga360__sessions
        where session_key in (select value from person where kind in ('session', 'shared_session'))
    """).fetchall()}  # fmt: skip
    ids = frozenset(_mentioned(connection))
    done = []
    for file in found.files:
        if file.relative in holding and file.web_property is not None:
            person = rewriting.WebPerson(
                frozenset(visitors.get(file.web_property, ())), _pairs(sessions.get(file.web_property, ())),
                _pairs(beside.get(file.web_property, ())), ids,
            )  # fmt: skip
            rewritten = rewriting.rewrite_web_file(file.path, file.relative, person, dry_run)
            done += [rewritten] if rewritten.dropped or rewritten.emptied else []
    return done


def _pairs(values: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset((visitor, visit) for visitor, visit in (value.split("|", 1) for value in values))


def _not_built(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Web exports that landed since the last build: the tables cannot say who is in them."""
    rows = connection.execute("""
        select distinct exports.property, strftime(exports.table_date, '%Y%m%d')
        from landing.export_days as exports
        left join staging.days_done as done
            on exports.property = done.property and exports.table_kind = done.table_kind
            and exports.table_date = done.table_date and starts_with(done.version, exports.version)
        where done.version is null
    """).fetchall()
    days = {(web_property, day) for web_property, day in rows}
    listed = connection.execute(
        "select distinct _file from landing_ga360.ga_sessions"
        " union select distinct _file from landing_ga360.ga_sessions_intraday"
        " union select distinct _file from landing_ga360.ga_realtime_sessions"
    ).fetchall() if days else []  # fmt: skip
    return {path for (path,) in listed if any(f"/{name}/" in path and f"_{day}" in path for name, day in days)}


def _by_property(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for value in subject.values(connection, kind):
        web_property, rest = value.split("|", 1)
        found.setdefault(web_property, set()).add(rest)
    return found


def _mentioned(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Ids of the person as sites send them, to be taken out of the sessions of others."""
    return {value.rsplit("|", 1)[1] for value in subject.values(connection, "identifier")
            if value.split("|", 1)[0] in ("email_sha256", "crm_customer", "loyalty", "web_user")}  # fmt: skip


def _empty_nested(connection: duckdb.DuckDBPyConnection, target: Target, mentioned: set[str]) -> None:
    """Takes the person's ids out of nested columns of the sessions in which they appear beside somebody else."""
    groups = dict(target.keys)
    kind = next((kind for kind in ("session_part", "session", "web_session") if kind in groups), None)
    if kind is None:
        return
    theirs = f"{matching.value_of(kind, groups[kind])} in (select value from person where kind = 'shared_{kind}')"
    for column in target.nested:
        stored = connection.execute(f"select typeof({column}) from {target.name} limit 1").fetchone()
        for text in mentioned if stored else ():
            quoted = landing.sql_text(f'"{text}"')
            connection.execute(
                f"update {target.name} set {column} ="
                f" cast(cast(replace(cast(to_json({column}) as varchar), {quoted}, 'null') as json) as {stored[0]})"
                f" where {theirs} and contains(cast(to_json({column}) as varchar), {quoted})"
            )


def _named(connection: duckdb.DuckDBPyConnection) -> Iterable[tuple[str, str, str]]:
    """(kind, system, value) of every identifier that staging looks for; see macro has_tombstone."""
    for address in subject.values(connection, "email"):
        yield "email", "", hashlib.sha256(address.encode()).hexdigest()
    for kind in ("phone", "app_instance", "appointment"):
        for value in subject.values(connection, kind):
            yield kind, "", value
    for kind in ("crm_customer", "marketplace_buyer", "web_visitor"):
        for value in subject.values(connection, kind):
            system, rest = value.split("|", 1)
            yield kind, system, rest
    for value in subject.values(connection, "identifier"):
        kind, system, rest = value.split("|", 2)
        if kind in ("loyalty", "web_user"):
            yield kind, system, rest
    for value in subject.values(connection, "web_session"):
        device, visit = value.rsplit("|", 1)
        yield "web_session", device, visit
    for value in subject.values(connection, "subject"):
        kind, rest = value.split("|", 1)
        if kind == "email_sha256":
            yield "email", "", rest
        elif kind == "email":
            yield "email", "", hashlib.sha256(rest.encode()).hexdigest()
        else:
            yield kind, "", rest


def _holds(path: Path, texts: list[bytes]) -> bool:
    longest = max((len(text) for text in texts), default=0)
    kept = b""
    with rewriting.open_bytes(path) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                part = (kept + chunk).lower()
                if any(text in part for text in texts):
                    return True
                kept = part[-longest:]
        except (OSError, EOFError):
            # A cut gzip stream: what can be read of it was searched.
            return False
    return False


def clean_artefacts(database: Path, target: Path, logs: Path, texts: list[bytes]) -> list[str]:
    """Removes files of past runs (compiled SQL, results, logs) in which the person stands; returns their names."""
    removed = []
    for folder in (target, logs, arrivals.arrivals_folder(database)):
        files = [path for path in folder.rglob("*") if path.suffix not in (".duckdb",)] if folder.is_dir() else []
        for path in files_with(files, texts):
            path.unlink()
            removed.append(f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return removed
