"""What remains of an erased person: keyed hashes by which staging knows them again and refuses them.

A tombstone is HMAC-SHA256 of `<kind>|<system>|<value>` under the suppression key, which is not the house's key:
rotating that one must forget nobody. They lie in `vault.tombstones`, where staging reads them, and in a file beside the
key, so that a database restored from an old backup meets them before its first model. The file holds nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from rendezvous import HouseError, keys

_TABLE = "create table if not exists vault.tombstones (tombstone varchar, fingerprint varchar, erased_on date)"
_MADE_BY = "rendezvous keys suppression"
_COLUMNS = ["tombstone", "fingerprint", "erased_on"]


def file() -> Path:
    """The copy of all tombstones, beside the suppression key."""
    return keys.suppression_file().with_suffix(".tombstones.csv")


def key() -> bytes:
    """The suppression key. Raises HouseError when the house has none yet."""
    path = keys.suppression_file()
    if not path.exists():
        raise HouseError(
            f"No suppression key: {path} does not exist, and without it an erased person would come back with the next"
            " old file. Run `rendezvous keys suppression` once; nothing was done."
        )
    return keys.read(path, _MADE_BY)


def make(kind: str, system: str, value: str, secret: bytes) -> str:
    """The tombstone of one identifier (macro tombstone_of makes the same in SQL)."""
    return hmac.new(secret, f"{kind}|{system}|{value}".encode(), hashlib.sha256).hexdigest()


def write_down(made: Iterable[str], secret: bytes, erased_on: str) -> int:
    """Adds tombstones to the file; returns how many are new. The vault comes after, so the file has them first."""
    known = {row["tombstone"]: row for row in stored()}
    fingerprint = keys.fingerprint(secret)
    new = sorted(set(made) - known.keys())
    rows = [*known.values(), *({"tombstone": one, "fingerprint": fingerprint, "erased_on": erased_on} for one in new)]
    partial = file().with_suffix(".part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii", newline="") as stream:
        writer = csv.DictWriter(stream, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["tombstone"]))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, file())
    return len(new)


def restore(connection: duckdb.DuckDBPyConnection) -> int:
    """Brings the vault what the file has and it lacks: a database older than an erasure. Returns how many were missing.

    Raises HouseError when tombstones were made with another key than the one at hand: they would recognise nobody.
    """
    connection.execute("create schema if not exists vault")
    connection.execute(_TABLE)
    rows = stored()
    connection.execute(
        "create or replace temp table known_tombstones (tombstone varchar, fingerprint varchar, erased_on date)"
    )
    if rows:
        columns = [[row[name] for row in rows] for name in _COLUMNS]
        connection.execute("insert into known_tombstones select unnest($1), unnest($2), unnest($3)::date", columns)
    missing = connection.execute("""
        insert into vault.tombstones select * from known_tombstones
        where tombstone not in (select tombstone from vault.tombstones)
    """).fetchone()[0]
    fingerprints = [
        row[0] for row in connection.execute("select distinct fingerprint from vault.tombstones").fetchall()
    ]
    check_key(fingerprints)
    return missing


def check_key(fingerprints: list[str]) -> None:
    """Raises HouseError unless all tombstones are of the key at hand."""
    path = keys.suppression_file()
    if fingerprints and (not path.exists() or fingerprints != [keys.fingerprint(keys.read(path, _MADE_BY))]):
        raise HouseError(
            f"Wrong suppression key: people were erased under key {', '.join(fingerprints)}, and {path} is not"
            " that key. Bring it back from its copy: without it, who was erased would come back. Nothing was built."
        )


def reopen_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes every day of web exports one to build again: tables of a restored database are older than an erasure."""
    tables = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'staging' and table_name = 'days_done'"
    ).fetchone()
    if tables[0]:
        connection.execute("delete from staging.days_done")


def version() -> str:
    """Changes whenever someone is erased; a build compares it, so that a restored house is built whole."""
    return hashlib.sha256(file().read_bytes()).hexdigest() if file().is_file() else ""


def stored() -> list[dict[str, str]]:
    """The rows of the file; none before the first erasure. Raises HouseError for a line that is no tombstone."""
    path = file()
    if not path.is_file():
        return []
    with open(path, encoding="ascii", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows, start=2):
        if set(row) != set(_COLUMNS) or len(row["tombstone"] or "") != 64:
            raise HouseError(
                f"{path}: line {number}: not a tombstone. Restore the file from its copy. Nothing was built."
            )
    return rows
