"""Runs bqemulator, mended, on free loopback ports until it is told to stop; writes its REST port into a file.

Usage: python emulator.py <file> [--bare]

With --bare it is left as its makers ship it.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import duckdb_extension_spatial
import emulator_faults
import sqlglot
from bqemulator.catalog import ddl_sync
from bqemulator.config import LogLevel, Settings
from bqemulator.jobs import ddl_result, executor, routine_ddl
from bqemulator.server import EmulatorServer

PROJECT_ID = "rendezvous-unset"
"""The project of the target `emulator` in profiles.yml when no variable names one."""


def install_spatial() -> None:
    """The emulator loads DuckDB's extension `spatial` before all else, which there is as a package of its own."""
    version, folder = duckdb.__version__, Path(duckdb_extension_spatial.__file__).parent
    with duckdb.connect() as connection:
        connection.execute(f"install '{folder}/extensions/v{version}/spatial.duckdb_extension'")


def spare_idle_work() -> None:
    """A third of its time, without a trace in its answers: syntax trees are thousands of small objects, which the
    garbage collector walks at every turn; and seven functions each parse a statement anew to see of what kind it is."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    parser = SimpleNamespace(parse_one=functools.lru_cache(maxsize=8)(sqlglot.parse_one), errors=sqlglot.errors)
    for looks_only in (ddl_sync, ddl_result, routine_ddl):
        looks_only.sqlglot = parser


def show_what_fails() -> None:
    """The statement as DuckDB refused it goes to stderr: it is the first thing one wants to see."""
    explain = executor.translate_runtime_error

    def show(error, *, duckdb_sql=None, **named):
        print(f"{error}\n{duckdb_sql}\n", file=sys.stderr, flush=True)
        return explain(error, duckdb_sql=duckdb_sql, **named)

    executor.translate_runtime_error = show


async def serve(ready: Path) -> None:
    """Serves until the process is asked to end, or its parent has."""
    settings = Settings(rest_port=0, grpc_port=0, default_project_id=PROJECT_ID, log_level=LogLevel.ERROR,
                        time_travel_retention_days=0)
    server = EmulatorServer(settings)
    await server.start()
    partial = ready.with_suffix(".part")
    partial.write_text(str(server.rest_port))
    partial.rename(ready)  # whoever waits for the file finds it whole
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    parent = os.getppid()
    while not stopped.is_set() and os.getppid() == parent:  # whoever started it may have been killed
        await asyncio.sleep(0.5)
    await server.stop()


if __name__ == "__main__":
    install_spatial()
    if "--bare" not in sys.argv[2:]:
        emulator_faults.mend()
    show_what_fails()
    spare_idle_work()
    asyncio.run(serve(Path(sys.argv[1])))
