"""dbt-duckdb plugin: opens the landing folder as tables and binds the keys' pads to every cursor.

Loaded by profiles.yml, so plain `dbt build` needs no variable. A missing or wrong key stops here, before the
first model.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from rendezvous import (
    ONE_THREAD_EACH,
    HouseError,
    arrivals,
    database,
    engine_errors,
    keys,
    landing,
    lighter_dbt,
    longest_way,
    without_pandas,
)
from rendezvous.privacy import tombstones


class Plugin(BasePlugin):
    """One instance per dbt process; dbt calls the two hooks on its connection and on each cursor."""

    def initialize(self, plugin_config) -> None:
        self._known: dict[str, object] = {}  # what every cursor gets to know, by the names of _KINDS
        self._settings: dict[str, object] = plugin_config.get("settings", {}) | _threads(os.environ)
        # What a build makes is its owner's alone: the database, its log of writes, what spills, the compiled SQL.
        os.umask(0o077)
        self._is_encrypted: bool = plugin_config.get("encrypted", False)
        lighter_dbt.lighten()
        longest_way.order()
        without_pandas()
        quote_no_cells()

    def configure_connection(self, conn) -> None:
        for name, value in self._settings.items():
            conn.execute(f"set global {name} = '{value}'")
        try:
            path = self._open_encrypted(conn) if self._is_encrypted else Path(self.creds.path)
            database.refuse_name(path)
            folder = landing.landing_folder()
            ring = keys.ring_for(folder)
            keys.check_database(conn, ring)
            origins = ring.origins()
            is_keyed_anew = keys.remember_origins(conn, origins)
            found = landing.read_folder(folder)
            ledger = arrivals.read_ledger(path, found)
            landing.open_landing(conn, ledger.accepted(found), ledger.replacements)
            arrivals.write_tables(conn, ledger)
            if tombstones.restore(conn) or is_keyed_anew:
                tombstones.reopen_days(conn)
        except HouseError as error:
            raise DbtRuntimeError(str(error)) from None
        self._known = _known(ring, origins)

    def _open_encrypted(self, conn) -> Path:
        """The file stands among the profile's databases to attach; dbt-duckdb, which has no key, finds it attached."""
        path = next(Path(each.path) for each in self.creds.attach if each.alias == database.NAME)
        database.attach(conn, path, database.NAME)
        conn.execute(f"use {database.NAME}")
        return path

    def configure_cursor(self, cursor) -> None:
        if self._is_encrypted:
            cursor.execute(f"use {database.NAME}")
        # dbt opens a cursor for each node, so what it is told is one value, not five.
        cursor.execute(f"set variable rendezvous = ?::{_KINDS}", [self._known])


def _threads(environment: Mapping[str, str]) -> dict[str, object]:
    """One of DuckDB's for each of dbt's, where a build asks for it and the user has said nothing else.

    The build does not say it by the profile: a changed profile makes dbt parse the whole project anew.
    """
    is_asked = ONE_THREAD_EACH in environment and not environment.get("RENDEZVOUS_DUCKDB_THREADS")
    return {"threads": 1} if is_asked else {}


# The variable of each cursor: pads of all keys by name, which origin's rows get which key, pads of the tombstones.
_KINDS = (
    "struct(inner_pads map(varchar, blob), outer_pads map(varchar, blob), key_origins map(varchar, varchar),"
    " suppression_inner_pad blob, suppression_outer_pad blob)"
)


def _known(ring: keys.KeyRing, origins: dict[str, str]) -> dict[str, object]:
    """The value of that variable."""
    pads = {key.name: keys.pads(key.secret) for key in ring}
    inner, outer = keys.pads(keys.suppression_key())
    return {
        "inner_pads": {name: each[0] for name, each in pads.items()},
        "outer_pads": {name: each[1] for name, each in pads.items()},
        "key_origins": origins,
        "suppression_inner_pad": inner,
        "suppression_outer_pad": outer,
    }


def quote_no_cells() -> None:
    """Keeps clients' data out of what dbt prints and writes of an error: DuckDB's own words quote the cell at fault.

    dbt hears of an error when it executes, or, as DuckDB may go on lazily, when it fetches."""

    def forwarded(cursor: DuckDBCursorWrapper, name: str) -> object:
        found = getattr(cursor._cursor, name)
        return engine_errors.quiet(found) if name.startswith("fetch") else found

    if not hasattr(DuckDBCursorWrapper.execute, "__wrapped__"):
        DuckDBCursorWrapper.execute = engine_errors.quiet(DuckDBCursorWrapper.execute)
        DuckDBCursorWrapper.__getattr__ = forwarded
