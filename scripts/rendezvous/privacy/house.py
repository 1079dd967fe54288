"""The house an action works on: its database, opened alone, with its landing folder as it lies there now."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rendezvous import PROJECT, HouseError, arrivals, keys, landing
from rendezvous.arrivals import Ledger
from rendezvous.database import connect as open_database
from rendezvous.landing import DEMO_FOLDER, Landing
from rendezvous.privacy import requests, targets
from rendezvous.privacy.targets import Target


@dataclass
class House:
    """An opened house."""

    database: Path
    found: Landing
    ledger: Ledger
    connection: duckdb.DuckDBPyConnection
    targets: list[Target]


@contextmanager
def opened() -> Iterator[House]:
    """Opens the house that the environment names. Raises HouseError for the demo house, and while it is in use."""
    folder = landing.landing_folder()
    if folder.resolve() == DEMO_FOLDER.resolve():
        raise HouseError(
            "the demo house is invented and its files are part of the project: nobody in it can ask anything. Copy"
            " seeds/demo/landing to a folder of your own, set RENDEZVOUS_RAW to it, and build that."
        )
    key = keys.key_for(folder)
    database = PROJECT / Path(os.environ.get("RENDEZVOUS_DUCKDB", "") or "rendezvous.duckdb").expanduser()
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
        keys.check_database(connection, key)
        found = landing.read_folder(folder)
        ledger = arrivals.read_ledger(database, found)
        landing.open_landing(connection, ledger.accepted(found), ledger.replacements)
        requests.open_log(connection)
        yield House(database, found, ledger, connection, targets.read_targets(connection, targets.manifest_path()))
    finally:
        connection.close()


def check_again(house: House) -> None:
    """Renews the ledger of arrivals for rewritten files, and with it the copies without malformed lines."""
    stored = arrivals.arrivals_folder(house.database) / "ledger.json"
    if stored.is_file():
        share = json.loads(stored.read_text(encoding="utf-8"))["max_share"]
        arrivals.check_landing(house.database, landing.read_folder(house.found.folder), share)


def unread(house: House) -> list[Path]:
    """Files of the landing folder that no table reads: unknown ones and those that the checks refused."""
    names = [*house.found.unknown, *house.ledger.refused]
    return [house.found.folder / name for name in names if (house.found.folder / name).is_file()]


def artefact_folders() -> tuple[Path, Path]:
    """Where dbt leaves compiled SQL and results, and its logs."""
    target = PROJECT / os.environ.get("DBT_TARGET_PATH", "target")
    return target, PROJECT / os.environ.get("DBT_LOG_PATH", "logs")
