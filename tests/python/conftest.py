"""A house in a temporary folder: land files, build with dbt, query the result."""

from __future__ import annotations

import csv
import fcntl
import functools
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

import dbt_runner
from rendezvous import keys, matching
from rendezvous.contract import TABLES

PROJECT = Path(__file__).resolve().parents[2]
AS_OF = "2024-05-30T10:00:00Z"  # shortly after the last day of what is simulated


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on an emulator or in the analyzer first: at the end, all other processes would wait for such a file."""
    items.sort(key=lambda item: "bigquery" not in item.path.name)


@functools.cache
def parsed_manifest(target: str = "local") -> Path:
    """The project parsed for a target, made once for each state of its files and shared by all test processes."""
    digest = hashlib.sha256()
    names = ["dbt_project.yml", "profiles.yml"]
    for folder in ("models", "macros", "seeds/reference", "tests/generic", "tests/invariants", "analyses"):
        names += [path.relative_to(PROJECT).as_posix() for path in (PROJECT / folder).rglob("*") if path.is_file()]
    for name in sorted(names):
        stat = (PROJECT / name).stat()
        digest.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    folder = PROJECT / "target" / "tests" / target
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / f"{digest.hexdigest()[:16]}.msgpack"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not manifest.exists():
            for old in folder.glob("*.msgpack"):
                old.unlink()
            dbt = str(Path(sys.executable).with_name("dbt"))
            paths = ["--target-path", str(folder), "--log-path", str(folder)]
            done = subprocess.run(
                [dbt, "parse", "--target", target, "--no-partial-parse", *paths],
                cwd=PROJECT, capture_output=True, text=True, timeout=600,
                env={name: value for name, value in os.environ.items() if name != "RENDEZVOUS_DUCKDB"},
            )
            if done.returncode:
                raise AssertionError(done.stdout[-6000:] + done.stderr[-2000:])
            (folder / "partial_parse.msgpack").rename(manifest)
    return manifest


# What a table tells of the past of its database, by which two houses of one content may differ.
_TOLD = {"marts.identity_quality": " where measure <> 'churn_of_keys'"}


@dataclass
class House:
    """One landing folder, one database, one key; nothing is shared with another test."""

    folder: Path
    as_of: str = "2024-06-01T00:00:00Z"
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.raw.mkdir(parents=True, exist_ok=True)
        if not self.key.exists():
            keys.create_ring(self.key)

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def key(self) -> Path:
        return self.folder / "house.key"

    @property
    def database(self) -> Path:
        # Named like the default: a DuckDB catalog has the name of its file, and the shared manifest holds that name.
        return self.folder / "rendezvous.duckdb"

    def land(self, path: str, rows: Iterable[dict]) -> Path:
        """Writes rows to `<system>/<table>….csv[.gz]` with the contract's columns; absent keys are empty."""
        target = self.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        system, name = path.split("/")
        table = max((t for t in TABLES[system] if name.startswith(t)), key=len)
        opener = gzip.open if path.endswith(".gz") else open
        with opener(target, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, TABLES[system][table])
            writer.writeheader()
            writer.writerows(rows)
        return target

    def land_json(self, path: str, rows: Iterable[dict]) -> Path:
        """Writes rows as newline-delimited JSON, gzipped when the name says so."""
        target = self.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        opener = gzip.open if path.endswith(".gz") else open
        with opener(target, "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return target

    def environ(self) -> dict[str, str]:
        return os.environ | {
            "RENDEZVOUS_RAW": str(self.raw),
            "RENDEZVOUS_DUCKDB": str(self.database),
            "RENDEZVOUS_KEY_FILE": str(self.key),
            "RENDEZVOUS_AS_OF": self.as_of,
            "RENDEZVOUS_DUCKDB_THREADS": "1",  # an eighth of a small build goes into sharing it out
            # Its own, for a later `rendezvous` to find what dbt left here and not what another test leaves meanwhile.
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            **self.environment,
        }

    def dbt(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Runs dbt on this house; raises with dbt's own words when `check` and it fails."""
        return self._forked("dbt", list(arguments), check)

    def dbt_command(self, *arguments: str) -> list[str]:
        """The command line that does the same in a process of its own, to be killed for instance."""
        return [sys.executable, str(PROJECT / "tests" / "python" / "dbt_runner.py"), str(parsed_manifest()),
                *arguments]  # fmt: skip

    def rendezvous(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Runs the `rendezvous` command on this house; dbt, if it starts one, with the project parsed beforehand."""
        return self._forked("rendezvous", list(arguments), check)

    def rendezvous_as_installed(self, *arguments: str) -> subprocess.CompletedProcess:
        """The same as a user does, the script and its dbt as processes of their own. Raises when it fails."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name("rendezvous")), *arguments],
            cwd=PROJECT, env=self.environ(), capture_output=True, text=True, timeout=1200,
        )
        if done.returncode:
            raise AssertionError(done.stdout[-6000:] + done.stderr[-2000:])
        return done

    def _forked(self, program: str, arguments: list[str], check: bool) -> subprocess.CompletedProcess:
        manifest = parsed_manifest("emulator" if "emulator" in arguments else "local")
        done = dbt_runner.forked(str(manifest), program, arguments, PROJECT, self.environ(), timeout=1200)
        if check and done.returncode:
            raise AssertionError(done.stdout[-6000:] + done.stderr[-2000:])
        return done

    def build(self, *arguments: str) -> subprocess.CompletedProcess:
        """`dbt build` with the seeds it needs; pass `-s …` to build a part."""
        return self.dbt("build", *arguments)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def contents(self) -> dict[str, tuple[int, int]]:
        """Rows and order-free fingerprint of every table that dbt builds: equal for equal contents.

        Left out: the ledgers with what is told from them, for they hold how a house came to be what it is, not what it
        is; and `row_id`, by which two staging tables of one run find each other's rows.
        """
        with duckdb.connect(str(self.database), read_only=True) as connection:
            tables = connection.execute("""
                select table_schema || '.' || table_name from information_schema.tables
                where table_type = 'BASE TABLE' and table_schema not like 'landing%'
                    and table_schema || '.' || table_name not in ('staging.run_ledger', 'staging.days_done',
                        'staging.days_to_build', 'staging.built_inputs', 'vault.key_fingerprint', 'vault.key_origins',
                        'intermediate.int_identity__key_ledger', 'intermediate.int_identity__key_changes',
                        'marts.customer_key_changes')
                order by 1
            """).fetchall()
            return {
                name: connection.execute(
                    "select count(*), coalesce(sum(hash(rows)), 0)"
                    f" from (select columns(lambda name: name <> 'row_id') from {name}{_TOLD.get(name, '')}) as rows"
                ).fetchone()
                for (name,) in tables
            }

    def build_tables(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """`dbt build` of everything but the tests; without artifacts and debug log, a third of a small build."""
        quick = ["--no-write-json", "--log-level-file", "info"]
        return self.dbt(*quick, "build", "--exclude-resource-type", "test", "unit_test", *arguments, check=check)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that the tests of one module land and build once and then only read."""
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated landing folder; copy it before changing it."""
    folder = tmp_path_factory.mktemp("simulated") / "raw"
    rendezvous = str(Path(sys.executable).with_name("rendezvous"))
    sizes = ["--customers", "60", "--days", "8", "--seed", "5", "--processes", "1"]
    subprocess.run(
        [rendezvous, "simulate", *sizes, "--out", str(folder)], check=True, capture_output=True, timeout=300
    )
    return folder


@pytest.fixture(scope="module")
def for_duckdb() -> matching.Matching:
    """The project's matching as dbt compiles it for DuckDB."""
    return compiled_matching("local")


def compiled_matching(target: str, *options: str) -> matching.Matching:
    """The project's matching as dbt compiles it for a target, parsed beforehand."""

    def start(command: list[str], env: dict[str, str], **_: object) -> subprocess.CompletedProcess:
        arguments = command[command.index("--quiet"):]
        return dbt_runner.forked(str(parsed_manifest(target)), "dbt", arguments, PROJECT, env, timeout=300)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "subprocess", SimpleNamespace(run=start))
        return matching.compiled("--target", target, *options)


@pytest.fixture(scope="session")
def simulated_house(tmp_path_factory: pytest.TempPathFactory, simulated: Path) -> House:
    """The simulated house, its tables built once for all test processes; `copy_of` it before changing anything."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "simulated_house"
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            house = house_of(folder.with_suffix(".building"), simulated)
            keys.create(house.key.with_suffix(".suppression.key"))
            house.build_tables()
            house.folder.rename(folder)
    return House(folder, as_of=AS_OF)


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The demo house under its own key with all its tests, and its documentation, made once for all test processes as
    `dbt build` and `dbt docs generate` do with no variable set; `copy_of` it before changing anything."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "demo_house"
    folder.mkdir(exist_ok=True)
    unset = dict.fromkeys(("RENDEZVOUS_RAW", "RENDEZVOUS_KEY_FILE", "RENDEZVOUS_AS_OF"), "")
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        house = House(folder, environment=unset)  # makes its key, which two processes at once cannot
        if not (folder / "target" / "catalog.json").exists():
            house.dbt("--quiet", "build")
            shutil.copy(folder / "target" / "run_results.json", folder / "build_results.json")
            house.dbt("--quiet", "docs", "generate")
    return house


def house_of(folder: Path, raw: Path, without_manifest: bool = True) -> House:
    """A house of its own in `folder`, with a copy of a landing folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(raw, folder / "raw")
    if without_manifest:
        (folder / "raw" / "manifest.csv").unlink(missing_ok=True)
    return House(folder, as_of=AS_OF)


def copy_of(house: House, folder: Path) -> House:
    """A house of its own with everything another has: landing, database, keys, artefacts."""
    shutil.copytree(house.folder, folder)
    return House(folder, as_of=house.as_of)
