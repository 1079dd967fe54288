"""Runs dbt with a manifest that was parsed once for all tests: parsing is most of the time of a small build.

    python dbt_runner.py <manifest.msgpack> <dbt arguments…>

Importing dbt is most of the rest, so `forked` runs it in a fork of a process that has imported it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb", "rendezvous.duckdb_plugin"])


def main(arguments: list[str]) -> int:
    """Runs dbt; returns its exit code."""
    from dbt.cli.main import dbtRunner  # here, for whoever asks for a fork needs none of it
    from dbt.contracts.graph.manifest import Manifest

    gc.disable()  # a manifest is many objects that all stay; looking for rubbish among them costs a twentieth
    manifest = Manifest.from_msgpack(Path(arguments[0]).read_bytes())
    manifest.build_flat_graph()
    result = dbtRunner(manifest=manifest).invoke(arguments[1:])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


def forked(arguments: list[str], folder: Path, environment: dict[str, str],
           timeout: float) -> subprocess.CompletedProcess:  # fmt: skip
    """Runs `main` as a process of its own would: in `folder`, with this environment and nothing of the caller's.

    Raises TimeoutError, with what dbt said last, when it takes more than `timeout` seconds; it is killed then.
    """
    with tempfile.TemporaryDirectory() as scratch:
        told, complained = Path(scratch, "out"), Path(scratch, "err")
        process = _FORKS.Process(target=_run, args=(arguments, str(folder), environment, str(told), str(complained)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"dbt {arguments[1]} killed after {timeout:.0f} s:\n{told.read_text()[-2000:]}")
        return subprocess.CompletedProcess(arguments, process.exitcode, told.read_text(), complained.read_text())


def _run(arguments: list[str], folder: str, environment: dict[str, str], told: str, complained: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, told), (2, complained)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    code = main(arguments)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # a fork leaves without what runs at exit, so the log would stay
    sys.exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
