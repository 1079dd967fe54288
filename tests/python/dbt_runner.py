"""Runs dbt with a manifest that was parsed once for all tests: parsing is most of the time of a small build.

    python dbt_runner.py <manifest.msgpack> <dbt arguments…>

Importing dbt is most of the rest, so `forked` runs it in a fork of a process that has imported it and has been through
a command (warm_dbt); `rendezvous` too, and the dbt that it starts.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever asks for a fork needs nothing of dbt
    from dbt.contracts.graph.manifest import Manifest

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["dbt.adapters.duckdb", "dbt.adapters.bigquery", "rendezvous.cli", "rendezvous.duckdb_plugin", "warm_dbt"]
)


def main(arguments: list[str]) -> int:
    """Runs dbt; returns its exit code: 1 when something failed, 2 when it could not run."""
    from dbt.cli.main import dbtRunner
    from dbt_common.invocation import get_invocation_id

    at_hand = sys.modules.get("warm_dbt")
    manifest = at_hand and at_hand.manifests.get(arguments[0]) or load(arguments[0])
    write = manifest.write

    def write_of_this_run(path: str) -> None:
        """As dbt does after its own parsing: the file names the run that has written it."""
        manifest.metadata.invocation_id = get_invocation_id()
        write(path)

    manifest.write = write_of_this_run
    result = dbtRunner(manifest=manifest).invoke(arguments[1:])
    if result.exception:
        print(result.exception)
        return 2
    return 0 if result.success else 1


def load(path: str) -> Manifest:
    """A parsed project; the Python code of its templates is kept beside it."""
    from dbt.contracts.graph.manifest import Manifest

    from rendezvous import lighter_dbt

    lighter_dbt.lighten(Path(path).parents[1] / "templates")  # for the other targets too; on DuckDB the plugin does it
    gc.disable()  # a manifest is many objects that all stay; looking for rubbish among them costs a twentieth
    manifest = Manifest.from_msgpack(Path(path).read_bytes())
    manifest.build_flat_graph()
    return manifest


def forked(manifest: str, program: str, arguments: list[str], folder: Path, environment: dict[str, str],
           timeout: float) -> subprocess.CompletedProcess:  # fmt: skip
    """Runs `dbt` or `rendezvous` as a process of its own would: in `folder`, with this environment and nothing of the
    caller's. `manifest` is the parsed project.

    Raises TimeoutError, with what it said last, when it takes more than `timeout` seconds; it is killed then.
    """
    with tempfile.TemporaryDirectory() as scratch:
        paths = [str(Path(scratch, name)) for name in ("out", "err")]
        _start(manifest)
        process = _FORKS.Process(target=_run, args=(manifest, program, arguments, str(folder), environment, *paths))
        process.start()
        process.join(timeout)
        told, complained = (Path(path).read_text() if Path(path).exists() else "" for path in paths)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{program} {arguments[0]} killed after {timeout:.0f} s:\n{told[-2000:]}")
        return subprocess.CompletedProcess([program, *arguments], process.exitcode, told, complained)


def _start(manifest: str) -> None:
    """Starts the process that is forked, if it does not run yet, with all that is parsed by now; its forks set the
    environment anew."""
    # One that is being parsed has another name until it is whole.
    parsed = [str(path) for path in Path(manifest).parents[1].glob(f"*/{'[0-9a-f]' * 16}.msgpack")]
    found = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"MANIFESTS": os.pathsep.join(parsed), "PYTHONPATH": os.pathsep.join(found)}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _run(manifest: str, program: str, arguments: list[str], folder: str, environment: dict[str, str],
         told: str, complained: str) -> None:  # fmt: skip
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    _write_to(told, complained)
    sys.exit(_dbt(manifest, arguments) if program == "dbt" else _rendezvous(manifest, arguments))


def _write_to(*paths: str) -> None:
    """Standard output and standard error go to files from here on."""
    for number, path in enumerate(paths, start=1):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)


def _dbt(manifest: str, arguments: list[str]) -> int:
    code = main([manifest, *arguments])
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # a fork leaves without what runs at exit, so the log would stay
    return code


def _rendezvous(manifest: str, arguments: list[str]) -> int:
    """`rendezvous`, in which a dbt that it starts is a fork of this process."""
    from rendezvous import cli

    start = subprocess.run

    def run(command: list, **options) -> subprocess.CompletedProcess:
        if Path(command[0]).name != "dbt":
            return start(command, **options)
        with tempfile.TemporaryDirectory() as scratch:
            paths = [str(Path(scratch, name)) for name in ("out", "err")] if options.get("capture_output") else []
            sys.stdout.flush()
            sys.stderr.flush()
            child = os.fork()
            if child == 0:
                _as_child(manifest, [str(word) for word in command[1:]], options, paths)
            _, status = os.waitpid(child, 0)
            said = [Path(path).read_text() for path in paths] or [None, None]
        return subprocess.CompletedProcess(command, os.waitstatus_to_exitcode(status), *said)

    subprocess.run, sys.argv = run, ["rendezvous", *arguments]
    try:
        cli.main()
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return 0


def _as_child(manifest: str, arguments: list[str], options: dict, paths: list[str]) -> None:
    code = 70
    try:
        _write_to(*paths)
        environment = dict(options.get("env") or os.environ)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(options["cwd"])
        code = _dbt(manifest, arguments)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
