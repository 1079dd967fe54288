"""dbt-duckdb plugin: opens the landing folder as tables and binds the key's pads to every cursor.

Loaded by profiles.yml, so plain `dbt build` needs no variable. A missing or wrong key stops here, before the
first model.
"""

from __future__ import annotations

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from rendezvous import HouseError, arrivals, keys, landing
from rendezvous.privacy import tombstones


class Plugin(BasePlugin):
    """One instance per dbt process; dbt calls the two hooks on its connection and on each cursor."""

    def initialize(self, plugin_config) -> None:
        self._pads: tuple[bytes, bytes] | None = None
        self._suppression_pads: tuple[bytes, bytes] = (b"", b"")

    def configure_connection(self, conn) -> None:
        try:
            folder = landing.landing_folder()
            key = keys.key_for(folder)
            keys.check_database(conn, key)
            found = landing.read_folder(folder)
            ledger = arrivals.read_ledger(self.creds.path, found)
            landing.open_landing(conn, ledger.accepted(found), ledger.replacements)
            arrivals.write_tables(conn, ledger)
            self._suppression_pads = keys.pads(keys.suppression_key())
            if tombstones.restore(conn):
                tombstones.reopen_days(conn)
        except HouseError as error:
            raise DbtRuntimeError(str(error)) from None
        self._pads = keys.pads(key)

    def configure_cursor(self, cursor) -> None:
        if self._pads is not None:
            inner, outer = self._pads
            cursor.execute("set variable rendezvous_inner_pad = ?::blob", [inner])
            cursor.execute("set variable rendezvous_outer_pad = ?::blob", [outer])
            inner, outer = self._suppression_pads
            cursor.execute("set variable rendezvous_suppression_inner_pad = ?::blob", [inner])
            cursor.execute("set variable rendezvous_suppression_outer_pad = ?::blob", [outer])
