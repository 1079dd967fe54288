"""Which tables can hold a person, and by which columns: from dbt's manifest and dbt_project.yml, not from a list here.

A target is a table that dbt builds or reads and that stands in the database. Its columns are compared with vars
`subject_keys` (how a row names a person) and `personal_columns` (what is personal). A table with a personal column that
no subject key reaches stops everything: half an erasure would be worse than none.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import yaml

from rendezvous import PROJECT, HouseError

CONTACTS = ("email", "email_key", "phone", "phone_key")
"""Kinds that several people may share: they decide whose a row is only where nothing stronger does."""
OWN_LEDGERS = {"vault.tombstones", "vault.privacy_log", "vault.key_fingerprint", "vault.key_origins"}
_NOT_STORED = {"view", "ephemeral"}


@dataclass(frozen=True)
class Target:
    """A table of the database: the groups of columns that name a person, by kind, and what is personal in it; `guard`
    is the predicate without which BigQuery does not read it."""

    name: str
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    personal: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    retention_class: str = ""
    retained_rows: str = "true"
    guard: str = "true"

    @property
    def is_landed(self) -> bool:
        return self.name.startswith("landing_")


@dataclass(frozen=True)
class Declared:
    """What dbt_project.yml says: kind -> groups of columns, and the personal columns."""

    subject_keys: dict[str, list[tuple[str, ...]]]
    personal_columns: frozenset[str]

    @property
    def owned_columns(self) -> dict[str, str]:
        """The last column of each group, which is the person's own, and its kind."""
        return {group[-1]: kind for kind, groups in self.subject_keys.items() for group in groups}


@dataclass
class Relation:
    """A relation of the manifest: its retention class and which rows that class keeps."""

    meta: dict[str, str] = field(default_factory=dict)


def declared(project: Path = PROJECT) -> Declared:
    """Reads vars subject_keys and personal_columns."""
    variables = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    groups = {
        kind: [tuple(name.strip() for name in group.split(",")) for group in listed]
        for kind, listed in variables["subject_keys"].items()
    }
    personal = frozenset(name for names in variables["personal_columns"].values() for name in names)
    return Declared(groups, personal)


def manifest_path() -> Path:
    """Where dbt wrote the manifest of its last run."""
    return PROJECT / os.environ.get("DBT_TARGET_PATH", "target") / "manifest.json"


def relations(path: Path) -> dict[str, Relation]:
    """Every stored relation of the manifest (models, seeds, snapshots, sources) as schema.table."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise HouseError(
            f"{path}: no readable manifest of dbt. Run `rendezvous build` first; nothing was done."
        ) from None
    found = {}
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        config = node.get("config") or {}
        if node["resource_type"] not in ("model", "seed", "snapshot", "source"):
            continue
        if config.get("materialized") not in _NOT_STORED:
            name = node.get("alias") or node.get("identifier") or node["name"]
            found[f"{node['schema']}.{name}"] = Relation({**(config.get("meta") or {}), **(node.get("meta") or {})})
    return found


def read_targets(connection: duckdb.DuckDBPyConnection, manifest: Path) -> list[Target]:
    """The targets that stand in a database with its landing opened. Raises HouseError for a table out of reach."""
    known = relations(manifest)
    rows = connection.execute("""
        select table_schema || '.' || table_name, min(table_type), list(column_name), list(data_type)
        from information_schema.columns
        inner join information_schema.tables using (table_catalog, table_schema, table_name)
        where table_catalog = current_database()
        group by all order by 1
    """).fetchall()
    # Tables that are in no manifest (a model that was removed, what a model keeps beside itself) hold people too; of
    # views only those over landed files.
    tables = {
        name: dict(zip(columns, types))
        for name, kind, columns, types in rows
        if kind == "BASE TABLE" or name in known and name.startswith("landing_")
    }
    return targets_among(tables, known)


def targets_among(tables: dict[str, dict[str, str]], known: dict[str, Relation],
                  guards: dict[str, str] | None = None) -> list[Target]:  # fmt: skip
    """The targets among tables, each with its columns and their types. Raises HouseError for a table out of reach."""
    said = declared()
    found = [
        replace(target_of(name, types, said, known.get(name, Relation()).meta), guard=(guards or {}).get(name, "true"))
        for name, types in tables.items()
        if name not in OWN_LEDGERS
    ]
    lost = [f"{target.name} ({', '.join(target.personal)})" for target in found if target.personal and not target.keys]
    if lost:
        raise HouseError(
            f"no subject key reaches {'; '.join(lost)}: name the columns by which its rows name a person in"
            " dbt_project.yml, vars, subject_keys. Nothing was done."
        )
    return [target for target in found if target.keys]


def target_of(name: str, types: dict[str, str], said: Declared, meta: dict[str, str]) -> Target:
    """What the declarations say of one table, from its columns and their types."""
    keys = tuple(
        (kind, group)
        for kind, groups in said.subject_keys.items()
        for group in groups
        if all(column in types for column in group)
    )
    return Target(
        name, keys, tuple(column for column in types if column in said.personal_columns),
        tuple(column for column, kind in types.items() if kind.startswith("STRUCT")),
        meta.get("retention_class", ""), meta.get("retained_rows", "true"),
    )  # fmt: skip


def owned_in(target: Target) -> list[str]:
    """The columns to empty where a row is kept without its person."""
    last = {group[-1] for kind, group in target.keys if kind not in ("touchpoint", "appointment")}
    return sorted(last | set(target.personal))
