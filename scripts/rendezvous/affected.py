"""What a build has to run: the models whose input may have changed since the last build of this database.

Inputs are the files of each landing table, the clock, and everything else at once (code, reference seeds, keys and
whose they are, landing folder, who was erased): when that changes, or when the last run was not a whole
`rendezvous build`, everything is run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from rendezvous import PROJECT
from rendezvous.arrivals import Ledger
from rendezvous.database import connect as open_database
from rendezvous.keys import KeyRing
from rendezvous.landing import Landing
from rendezvous.privacy import tombstones

_CODE = ("models", "macros", "tests/generic", "tests/invariants", "seeds/reference", "scripts/rendezvous")
_CODE_FILES = ("dbt_project.yml", "profiles.yml", "requirements.txt")
_ELSE = "everything else"
_CLOCK = "the clock"
_STATE = "staging.built_inputs"
_READ_THE_CLOCK = frozenset({"macro.rendezvous.as_of", "macro.rendezvous.as_of_text"})
# What writes something else into the same code from run to run: the clock, and the days that this run builds.
_DIFFER_BY_RUN = _READ_THE_CLOCK | {"macro.rendezvous.days_of_this_run"}


@dataclass(frozen=True)
class Plan:
    """Models to run (None: all of them, and the unit tests) and the inputs that changed, in words.

    `roots` are those behind no other affected model, and all that is behind them is affected: dbt compares each name it
    is told to select with every node, so that it takes a second to find a hundred by name. `views` are affected and
    stay: their text is that of the last build, and a view holds nothing else.
    """

    models: list[str] | None
    causes: list[str]
    total: int = 0
    roots: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)


def inputs_of(found: Landing, ledger: Ledger, ring: KeyRing) -> dict[str, str]:
    """The version of every input: `<source>.<table>` as dbt names it, the clock, everything else."""
    versions: dict[str, list[str]] = {}
    for file in ledger.accepted(found).files:
        copied = " without its malformed lines" if file.relative in ledger.replacements else ""
        versions.setdefault(f"{file.system}.{file.table}", []).append(file.version + copied)
    web = [version for name in versions if name.startswith("ga360.") for version in versions[name]]
    inputs = {name: _digest(parts) for name, parts in versions.items()}
    inputs["landing.export_days"] = _digest(web)
    inputs["landing.refused_files"] = _digest(f"{path}\t{why}" for path, why in ledger.unread().items())
    inputs["landing.malformed_lines"] = _digest(str(line) for line in ledger.malformed)
    inputs[_CLOCK] = os.environ.get("RENDEZVOUS_AS_OF") or ("now" if os.environ.get("RENDEZVOUS_RAW") else "demo")
    country = os.environ.get("RENDEZVOUS_JURISDICTION", "")
    hashed = repr((ring.fingerprints, ring.origins()))
    inputs[_ELSE] = _digest([str(found.folder), country, hashed, tombstones.version(), *_code()])
    return inputs


def plan(database: Path, target: Path, inputs: dict[str, str]) -> Plan:
    """Compares the inputs with those of the last build. `target` is dbt's folder with the last manifest.json."""
    invocation, built = _last_build(database)
    manifest = _manifest(target)
    if not built or manifest.get("metadata", {}).get("invocation_id") != invocation:
        return Plan(None, ["no whole build of this database came last"])
    changed = sorted(name for name in built.keys() | inputs.keys() if built.get(name) != inputs.get(name))
    if inputs[_CLOCK] == "now" and _CLOCK not in changed:
        changed.append(_CLOCK)
    if _ELSE in changed:
        return Plan(None, ["code, reference seeds or settings"])
    roots = {f"source.rendezvous.{name}" for name in changed}
    if _CLOCK in changed:
        roots |= _callers(manifest, _READ_THE_CLOCK)
    reached = _reached_from(roots, manifest["child_map"])
    models = {name for name in reached if name.startswith("model.")}
    inner = {child for name in models for child in manifest["child_map"].get(name, [])}
    total = sum(1 for node in manifest["nodes"].values() if node["resource_type"] == "model")
    views = {name for name in models if manifest["nodes"][name].get("config", {}).get("materialized") == "view"}
    views -= _callers(manifest, _DIFFER_BY_RUN)
    return Plan(_names(models - views), changed, total, _names(models - inner), _names(views))


def remember(database: Path, target: Path, inputs: dict[str, str]) -> None:
    """Writes down that the run which has just succeeded built everything from these inputs."""
    invocation = _manifest(target).get("metadata", {}).get("invocation_id")
    with open_database(database) as connection:
        connection.execute(
            f"create or replace table {_STATE} as select $1 as invocation_id, unnest($2) as input,"
            " unnest($3) as version",
            [invocation, list(inputs), list(inputs.values())],
        )


def _last_build(database: Path) -> tuple[str, dict[str, str]]:
    """The invocation id of the last run and the inputs it was built from; none if it was not a build of ours."""
    if not database.is_file():
        return "", {}
    try:
        with open_database(database, read_only=True) as connection:
            last = connection.execute(
                "select invocation_id from staging.run_ledger where command <> 'test' and status = 'completed'"
                " and started_at = (select max(started_at) from staging.run_ledger where command <> 'test')"
            ).fetchone()
            if last is None:
                return "", {}
            rows = connection.execute(
                f"select input, version from {_STATE} where invocation_id = ?", [last[0]]
            ).fetchall()
    except duckdb.Error:
        return "", {}
    return last[0], dict(rows)


def _manifest(target: Path) -> dict:
    try:
        return json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _callers(manifest: dict, macros: frozenset[str]) -> set[str]:
    """Models that call one of the macros, themselves or through another macro."""
    parents = {name: macro["depends_on"]["macros"] for name, macro in manifest["macros"].items()}
    callers: dict[str, list[str]] = {}
    for name, called in parents.items():
        for each in called:
            callers.setdefault(each, []).append(name)
    reached = _reached_from(macros, callers)
    return {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and reached & set(node["depends_on"]["macros"])
    }


def _reached_from(roots: Iterable[str], children: dict[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += children.get(name, [])
    return reached


def _names(unique_ids: Iterable[str]) -> list[str]:
    return sorted(unique_id.split(".")[-1] for unique_id in unique_ids)


def _code() -> list[str]:
    files = [PROJECT / name for name in _CODE_FILES]
    for folder in _CODE:
        files += [path for path in (PROJECT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return [f"{path}:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
