"""Gives a house other keys, or one jurisdiction another, without anybody becoming somebody else.

A copy of the database is built anew with the next keys. Where an e-mail or a number was known by its old hash, the
ledger of people is told the new one, so everyone keeps their `customer_key`. That they do is checked before the copy
takes the place of the database and the next keys that of the old ones. Until then nothing of the house is touched, and
a rotation that was broken off is done again, or finished, by the same command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from rendezvous import PROJECT, HouseError, arrivals, database, keys
from rendezvous.landing import sql_text
from rendezvous.review.simulate import clock_of

HASHES = ("reconciliation_key", "receipt_reconciliation_key", "phone_key", "subject_key")
HASHED = "^v[0-9]+[A-Z_]*:[0-9a-f]{64}$"
"""A keyed hash behind the name of its key; `v1:` alone is how houses wrote it before keys had jurisdictions."""
NODES = "+int_identity__nodes"


def rotate(path: Path, jurisdiction: str = "") -> Path:
    """Rotates the keys of a database, or the one of a jurisdiction; returns where the old keys lie now. Raises
    HouseError, with nothing changed."""
    key_file = keys.key_file()
    old = keys.read_ring(key_file)
    folder = keys.rotation_folder()
    prepare(folder, key_file, jurisdiction)
    following = keys.read_ring(folder / key_file.name)
    stored = _fingerprints(path)
    if stored.items() <= old.fingerprints.items():
        _build_anew(path, folder, following)
        os.replace(_work(path), path)
    elif stored != following.fingerprints:
        raise HouseError(
            f"{path} was built with {told(stored)}, which is neither the old key nor the next. Nothing was done."
        )
    retired = retire(folder, key_file, old)
    shutil.rmtree(_work(path).parent, ignore_errors=True)
    return retired


def prepare(folder: Path, key_file: Path, jurisdiction: str = "") -> None:
    """The folder of a rotation: the next keys, made once, and the other keys beside them, as the house has them now.
    Raises HouseError when the jurisdiction has no key, or a rotation of other keys was broken off."""
    old = keys.read_ring(key_file)
    if jurisdiction and jurisdiction not in old:
        raise HouseError(f"{key_file} has no key of '{jurisdiction}'. Nothing was done.")
    folder.mkdir(mode=0o700, exist_ok=True)
    following = folder / key_file.name
    if not following.exists():
        keys.write_ring(following, old.following(jurisdiction))
    elif jurisdiction and keys.read_ring(following).replaced_in(old) != {jurisdiction}:
        raise HouseError(
            f"A rotation of other keys than that of {jurisdiction} was broken off: run `rendezvous keys rotate` first,"
            " it finishes it. Nothing was done."
        )
    for beside in key_file.parent.glob(f"{key_file.stem}.*"):
        if beside.is_file() and beside != key_file:
            shutil.copy2(beside, folder / beside.name)


def _work(path: Path) -> Path:
    return path.with_name(f"{path.stem}.rotation") / path.name


def _build_anew(path: Path, folder: Path, following: keys.KeyRing) -> None:
    """The copy, built with the next keys and checked."""
    work = _work(path)
    shutil.rmtree(work.parent, ignore_errors=True)
    work.parent.mkdir(mode=0o700)
    shutil.copy2(path, work)
    if arrivals.arrivals_folder(path).is_dir():
        shutil.copytree(arrivals.arrivals_folder(path), arrivals.arrivals_folder(work))
    with database.connect(work) as connection:
        keys.write_fingerprints(connection, following)
    clock = clock_of(path)
    _dbt(work, folder, clock, "run", "--full-refresh", "-s", NODES)
    with _both(path, work) as connection:
        rename_nodes(connection)
    _dbt(work, folder, clock, "build", "--full-refresh", "--exclude-resource-type", "test", "unit_test")
    with _both(path, work) as connection:
        changed = strangers(connection)
    if changed:
        raise HouseError(
            f"{changed} identifiers would be filed under another customer_key. Has something landed since the last"
            " build? Run `rendezvous build`, then this again. Nothing was changed."
        )


def rename_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Tells the ledger the new name of every identifier that was known by a hash."""
    _pair_nodes(connection)
    connection.execute("""
        update intermediate.int_identity__key_ledger as ledger set node_key = renamed_nodes.new_key
        from renamed_nodes where ledger.node_key = renamed_nodes.old_key
    """)


def strangers(connection: duckdb.DuckDBPyConnection) -> int:
    """How many identifiers have another customer_key than before, are new or are gone."""
    _pair_nodes(connection)
    before = """
        select coalesce(renamed_nodes.new_key, map.node_key) as node_key, map.customer_key
        from old.intermediate.int_identity__customer_map as map
        left join renamed_nodes on map.node_key = renamed_nodes.old_key
    """
    now = "select node_key, customer_key from intermediate.int_identity__customer_map"
    differing = f"(({before}) except ({now})) union all (({now}) except ({before}))"
    return connection.execute(f"select count(distinct node_key) from ({differing})").fetchone()[0]


def _pair_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Table `renamed_nodes`: rows that come from the same line of the same file, or from the same place of the same
    visit, show an old hash and a new one side by side."""
    connection.execute(f"create or replace temporary table renamed as {' union '.join(_pairs(connection))}")
    connection.execute("""
        create or replace temporary table renamed_nodes as
        select distinct nodes.node_key as old_key, fresh.node_key as new_key
        from old.intermediate.int_identity__nodes as nodes
        inner join renamed on nodes.identifier_value = renamed.old_hash
        inner join intermediate.int_identity__nodes as fresh
            on renamed.new_hash = fresh.identifier_value and nodes.identifier_type = fresh.identifier_type
    """)


def _pairs(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    select = "select o.{0} as old_hash, n.{0} as new_hash from old.{1} as o inner join {1} as n using ({2})"
    tables = connection.execute(
        "select table_name, list(column_name) from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'staging' group by all order by all"
    ).fetchall()
    for table, columns in tables:
        if "_file" in columns and "_line" in columns:
            for name in HASHES:
                if name in columns:
                    hashed = f" where regexp_matches(o.{name}, '{HASHED}')"
                    yield select.format(name, f"staging.{table}", "_file, _line") + hashed
    web = select.format("identifier_value", "intermediate.int_web__reconciliation_keys", "received_key")
    yield f"{web} where regexp_matches(o.identifier_value, '{HASHED}')"


@contextmanager
def _both(path: Path, work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The copy, with the database beside it as `old`."""
    with database.connect(work) as connection:
        if database.is_encrypted(path):
            database.attach(connection, path, "old", read_only=True)
        else:
            connection.execute(f"attach {sql_text(path)} as old (read_only)")
        yield connection


def _dbt(work: Path, folder: Path, clock: str, *arguments: str) -> None:
    environment = os.environ | {
        "RENDEZVOUS_DUCKDB": str(work),
        "RENDEZVOUS_KEY_FILE": str(folder / keys.key_file().name),
        "RENDEZVOUS_AS_OF": clock,
        "DBT_TARGET_PATH": str(work.parent / "target"),
        "DBT_LOG_PATH": str(work.parent / "logs"),
    }
    dbt = Path(sys.executable).with_name("dbt")
    done = subprocess.run([dbt, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-12:]
        raise HouseError("the house could not be built with the next key; nothing was changed:\n  " + "\n  ".join(last))


def retire(folder: Path, key_file: Path, old: keys.KeyRing) -> Path:
    """The next keys in the place of the old ones, which are kept beside them until their owner destroys them."""
    retired = key_file.with_name(f"{key_file.name}.retired-{old.fingerprint}")
    shutil.copy2(key_file, retired)
    os.replace(folder / key_file.name, key_file)
    shutil.rmtree(folder)
    return retired


def _fingerprints(path: Path) -> dict[str, str]:
    try:
        with database.connect(path, read_only=True) as connection:
            stored = keys.stored_fingerprints(connection)
    except duckdb.Error:
        stored = {}
    if not stored:
        raise HouseError(
            f"{path} was never built, or is in use: run `rendezvous build` first. Nothing was done."
        )
    return stored


def told(fingerprints: dict[str, str]) -> str:
    """Public names of keys as a message tells them."""
    return ", ".join(f"key {fingerprint} ({name})" for name, fingerprint in sorted(fingerprints.items())) or "no key"
