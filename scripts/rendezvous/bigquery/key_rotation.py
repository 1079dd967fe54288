"""Other keys for a house in BigQuery, or another for one jurisdiction, without anybody becoming somebody else
(rendezvous.rotation does it on DuckDB).

There is no copy to try it on: the house is built anew in its place. What makes that safe is `vault.key_rotation`,
written before anything else and dropped last. While it is there no other run starts, and the same command goes on where
it broke off: each step can be done twice.

1. What every e-mail and number was known by is kept beside the pads, with the line it stands on (`vault.rotation_…`).
2. The vault gets the next keys; up to the identifiers everything is built with them, from the first day on.
3. The same lines now show the new hashes: the ledger of people is told the new name of each, then the rest is built.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from rendezvous import PROJECT, HouseError, keys, rotation
from rendezvous.bigquery import vault
from rendezvous.bigquery.warehouse import Warehouse
from rendezvous.privacy.engine import MissingTable

MARKER = "vault.key_rotation"
WHOLE = ("build", "--exclude-resource-type", "test", "unit_test")
_NODES, _MAP = "intermediate.int_identity__nodes", "intermediate.int_identity__customer_map"
_RECEIVED = "intermediate.int_web__reconciliation_keys"
_LEDGER = "intermediate.int_identity__key_ledger"
_COPIES = {
    "vault.rotation_nodes": f"select node_key, identifier_type, identifier_value from {_NODES}",
    "vault.rotation_map": f"select node_key, customer_key from {_MAP}",
}
_RENAMED = "vault.rotation_renamed"


def rotate(warehouse: Warehouse, target: str, jurisdiction: str = "") -> tuple[Path, int]:
    """Rotates the keys of a project, or the one of a jurisdiction, or finishes it. Returns where the old keys lie
    now, and how many identifiers are filed under another customer_key: none, unless something landed since the last
    build."""
    key_file = keys.key_file()
    old = keys.read_ring(key_file)
    if _begun(warehouse) == old.fingerprint:
        return _clean_up(warehouse, max(key_file.parent.glob(f"{key_file.name}.retired-*"), key=os.path.getmtime)), 0
    folder = keys.rotation_folder()
    rotation.prepare(folder, key_file, jurisdiction)
    following = keys.read_ring(folder / key_file.name)
    stored, name = vault.installed_fingerprints(warehouse.client), following.fingerprint
    if stored not in (old.fingerprints, following.fingerprints):
        raise HouseError(
            f"the vault of {warehouse.client.project} holds {rotation.told(stored)}, which is neither the old key nor"
            " the next. Nothing was done."
        )
    if stored != following.fingerprints:
        _keep_hashes(warehouse, name)
        vault.install(warehouse.client, following, instead_of=stored)
    _dbt(target, name, "run", "--full-refresh", "-s", rotation.NODES)
    _rename_nodes(warehouse)
    _dbt(target, name, *WHOLE, "--full-refresh")
    changed = _strangers(warehouse)
    return _clean_up(warehouse, rotation.retire(folder, key_file, old)), changed


def _begun(warehouse: Warehouse) -> str:
    """The public name of the key that a rotation under way leads to; '' when there is none."""
    try:
        return warehouse.run(f"select max(to_key) from {MARKER}").rows[0][0] or ""
    except MissingTable:
        return ""


def _clean_up(warehouse: Warehouse, retired: Path) -> Path:
    """Drops what was kept, the marker last."""
    for table in warehouse.client.list_tables(f"{warehouse.client.project}.vault"):
        if table.table_id.startswith("rotation_"):
            warehouse.drop(f"vault.{table.table_id}")
    warehouse.drop(MARKER)
    return retired


def _keep_hashes(warehouse: Warehouse, following: str) -> None:
    """Step 1. What is copied is as the old key made it, for no model has been built with another one yet."""
    warehouse.run(f"create or replace table {MARKER} as select '{following}' as to_key")
    for name, query in (*_COPIES.items(), *_hash_copies(warehouse)):
        warehouse.run(f"create or replace table {name} as {query}")


def _hash_copies(warehouse: Warehouse) -> Iterator[tuple[str, str]]:
    """Table of the vault to the query that fills it: where a hash stands, and the hash, for each column of hashes."""
    for table, column, place in _hashed_columns(warehouse):
        name = f"vault.rotation_{table.split('.')[1]}__{column}"
        columns = ", ".join(place)
        hashed = f"regexp_contains({column}, r'{rotation.HASHED}')"
        yield name, f"select {columns}, {column} as old_hash from {table} where {hashed}"


def _hashed_columns(warehouse: Warehouse) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every column of keyed hashes in staging and in the keys that sites send, with the columns that tell the place of
    a row whatever the key is."""
    for table in warehouse.tables(["staging"]):
        columns = {each.name for each in table.schema}
        if table.table_type == "TABLE" and {"_file", "_line"} <= columns:
            for column in rotation.HASHES:
                if column in columns:
                    yield f"staging.{table.table_id}", column, ("_file", "_line")
    yield _RECEIVED, "identifier_value", ("received_key",)


def _rename_nodes(warehouse: Warehouse) -> None:
    """Step 3: tells the ledger the new name of every identifier that was known by a hash."""
    pairs = []
    for table, column, place in _hashed_columns(warehouse):
        same_place = " and ".join(f"o.{each} = n.{each}" for each in place)
        kept = f"vault.rotation_{table.split('.')[1]}__{column}"
        pairs.append(
            f"select o.old_hash, n.{column} as new_hash from {kept} as o inner join {table} as n on {same_place}"
        )
    warehouse.run(f"""
        create or replace table {_RENAMED} as
        select distinct nodes.node_key as old_key, fresh.node_key as new_key
        from vault.rotation_nodes as nodes
        inner join ({' union distinct '.join(pairs)}) as renamed on nodes.identifier_value = renamed.old_hash
        inner join {_NODES} as fresh
            on renamed.new_hash = fresh.identifier_value and nodes.identifier_type = fresh.identifier_type
    """)
    warehouse.run(f"""
        update {_LEDGER} as ledger set node_key = renamed.new_key
        from {_RENAMED} as renamed where ledger.node_key = renamed.old_key
    """)


def _strangers(warehouse: Warehouse) -> int:
    """How many identifiers of before have another customer_key now."""
    return warehouse.run(f"""
        select count(*)
        from vault.rotation_map as before
        left join {_RENAMED} as renamed on before.node_key = renamed.old_key
        left join {_MAP} as now on coalesce(renamed.new_key, before.node_key) = now.node_key
        where now.customer_key is null or now.customer_key <> before.customer_key
    """).rows[0][0]


def _dbt(target: str, following: str, *arguments: str) -> None:
    """A dbt command of the rotation: it alone may run while the marker is there."""
    dbt = Path(sys.executable).with_name("dbt")
    command = [str(dbt), *arguments, "--target", target, "--vars", f"{{key_rotation: '{following}'}}"]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-12:]
        raise HouseError(
            "the house could not be built with the next key. It has neither key whole: run the same command again when"
            " the cause is gone.\n  " + "\n  ".join(last)
        )
