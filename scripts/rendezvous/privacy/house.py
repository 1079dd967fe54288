"""The house an action works on: its database, opened alone, with its landing folder as it lies there now."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import duckdb

from rendezvous import PROJECT, HouseError, arrivals, keys, landing
from rendezvous.arrivals import Ledger
from rendezvous.database import connect as open_database
from rendezvous.landing import DEMO_FOLDER, Landing
from rendezvous.privacy import erasure, objection, requests, retention, targets, tombstones
from rendezvous.privacy.erasure import Counted, Done
from rendezvous.privacy.retention import Expired
from rendezvous.privacy.rewriting import Rewritten
from rendezvous.privacy.targets import Target

LOCAL = "local"
NO_CLIENT = "BigQuery's client is not installed: pip install -r requirements-bigquery.txt"


@dataclass
class House:
    """An opened house. What is done in another way by each engine is a method that its own house has; `database` is the
    path beside which answers are written, on BigQuery too."""

    database: Path
    connection: Any
    targets: list[Target]

    def count(self) -> list[Counted]:
        """What every table holds of the person."""
        return erasure.count(self.connection, self.targets)

    def raise_tombstones(self, at: datetime) -> int:
        """Keeps the person out from now on; returns how many tombstones are new."""
        raise NotImplementedError

    def erase_files(self, dry_run: bool) -> list[Rewritten]:
        """Rewrites the landing files that hold the person."""
        raise NotImplementedError

    def erase_tables(self, counted: list[Counted]) -> None:
        """Takes the person out of every table."""
        raise NotImplementedError

    def finish(self, finished: list[Done], texts: list[bytes]) -> None:
        """What comes once, after the last person: nothing of them is left in bytes that no table shows."""
        raise NotImplementedError

    def horizon(self, done: Done, at: datetime) -> dict[str, str]:
        """Until when what was deleted can be read again, and why."""
        raise NotImplementedError

    def land(self, events: list[dict[str, str]]) -> tuple[int, str]:
        """Lands consent events that are not there yet; how many were new, and where they lie."""
        raise NotImplementedError

    def expired_exports(self, today: date) -> list[Expired]:
        """Web exports that are kept too long."""
        raise NotImplementedError

    def remove_exports(self, expired: list[Expired]) -> None:
        """Deletes web exports and the rows of their days."""
        raise NotImplementedError


@dataclass
class LocalHouse(House):
    """A house in DuckDB, with the landing folder that it is built from."""

    found: Landing
    ledger: Ledger

    def raise_tombstones(self, at: datetime) -> int:
        """See House."""
        new = erasure.write_tombstones(self.connection, at)
        tombstones.restore(self.connection)
        return new

    def erase_files(self, dry_run: bool) -> list[Rewritten]:
        """See House."""
        is_built = any(target.name == "staging.base_ga360__sessions" for target in self.targets)
        exports = erasure.exports_with(self.connection) if is_built else set()
        return erasure.erase_files(self.connection, self.targets, self.found, self.ledger, exports, dry_run)

    def erase_tables(self, counted: list[Counted]) -> None:
        """In one transaction."""
        self.connection.execute("begin")
        erasure.erase_tables(self.connection, self.targets)
        self.connection.execute("commit")

    def finish(self, finished: list[Done], texts: list[bytes]) -> None:
        """The database anew, the arrivals checked again, files of past runs with the person in them removed."""
        erasure.write_anew(self.connection, self.database)
        check_again(self.database, self.found.folder)
        removed = erasure.clean_artefacts(self.database, *artefact_folders(), texts)
        left = unread(self.found, self.ledger, texts)
        for done in finished:
            done.artefacts, done.unread_files = removed, left

    def horizon(self, done: Done, at: datetime) -> dict[str, str]:
        """None: the file is another."""
        return {
            "engine": "duckdb",
            "readable_again_until": at.date().isoformat(),
            "why": "the database was written anew; its former bytes are gone with the former file",
        }

    def land(self, events: list[dict[str, str]]) -> tuple[int, str]:
        """Into a file of the landing folder."""
        return objection.land(self.found.folder, events), objection.FILE

    def expired_exports(self, today: date) -> list[Expired]:
        """Those of the landing folder."""
        return retention.expired_exports(self.connection, self.found, today)

    def remove_exports(self, expired: list[Expired]) -> None:
        """The files and the rows of their days."""
        retention.remove_exports(self.connection, self.targets, self.found, expired)


def target_option(command: Any) -> Any:
    """The option --target of the commands that answer requests."""
    return click.option(
        "--target", type=click.Choice([LOCAL, "bigquery", "emulator"]), default=LOCAL, show_default=True,
        help="Where the house lies: in DuckDB, or in the project of a target of profiles.yml.",
    )(command)  # fmt: skip


def opened(target: str = LOCAL) -> AbstractContextManager[House]:
    """Opens the house that the environment names. Raises HouseError for the demo house, and while it is in use."""
    if target == LOCAL:
        return _opened_here()
    try:
        from rendezvous.privacy import in_bigquery
    except ImportError:
        raise HouseError(NO_CLIENT) from None
    return in_bigquery.opened(target)


def reading(target: str) -> Any:
    """The warehouse of a target of profiles.yml, to read only."""
    try:
        from rendezvous.bigquery import warehouse
    except ImportError:
        raise HouseError(NO_CLIENT) from None
    return warehouse.reading(target)


@contextmanager
def _opened_here() -> Iterator[House]:
    folder = landing.landing_folder()
    if folder.resolve() == DEMO_FOLDER.resolve():
        raise HouseError(
            "the demo house is invented and its files are part of the project: nobody in it can ask anything. Copy"
            " seeds/demo/landing to a folder of your own, set RENDEZVOUS_RAW to it, and build that."
        )
    ring = keys.ring_for(folder)
    database = database_path()
    if not database.is_file():
        raise HouseError(f"{database} does not exist: run `rendezvous build` first.")
    try:
        connection = open_database(database)
    except duckdb.IOException as error:
        raise HouseError(
            f"{database}: in use, or no database ({str(error).splitlines()[0]}). Nothing was done."
        ) from None
    try:
        connection.execute("set TimeZone = 'UTC'")
        keys.check_database(connection, ring)
        found = landing.read_folder(folder)
        ledger = arrivals.read_ledger(database, found)
        landing.open_landing(connection, ledger.accepted(found), ledger.replacements)
        requests.open_log(connection)
        listed = targets.read_targets(connection, targets.manifest_path())
        yield LocalHouse(database, connection, listed, found, ledger)
    finally:
        connection.close()


def database_path() -> Path:
    """The database that dbt builds; answers are written beside it."""
    return PROJECT / Path(os.environ.get("RENDEZVOUS_DUCKDB", "") or "rendezvous.duckdb").expanduser()


def check_again(database: Path, folder: Path) -> None:
    """Renews the ledger of arrivals for rewritten files, and with it the copies without malformed lines."""
    stored = arrivals.arrivals_folder(database) / "ledger.json"
    if stored.is_file():
        share = json.loads(stored.read_text(encoding="utf-8"))["max_share"]
        arrivals.check_landing(database, landing.read_folder(folder), share)


def unread(found: Landing, ledger: Ledger, texts: list[bytes]) -> list[str]:
    """Files of the landing folder that no table reads (unknown or refused by the checks) and that hold one of some
    texts."""
    names = [*found.unknown, *ledger.refused]
    paths = [found.folder / name for name in names if (found.folder / name).is_file()]
    return [path.relative_to(found.folder).as_posix() for path in erasure.files_with(paths, texts)]


def artefact_folders() -> tuple[Path, Path]:
    """Where dbt leaves compiled SQL and results, and its logs."""
    target = PROJECT / os.environ.get("DBT_TARGET_PATH", "target")
    return target, PROJECT / os.environ.get("DBT_LOG_PATH", "logs")
