"""Runs bqemulator, mended, on free loopback ports until it is told to stop; writes its REST port into a file.

Usage: python emulator.py <file> [--bare]

With --bare it is left as its makers ship it.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import gc
import hashlib
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import duckdb
import duckdb_extension_spatial
import emulator_faults
import sqlglot
from bqemulator.catalog import ddl_sync
from bqemulator.config import LogLevel, Settings
from bqemulator.domain.result import Err, Ok
from bqemulator.jobs import ddl_result, executor, routine_ddl
from bqemulator.server import EmulatorServer
from bqemulator.sql import table_rewriter
from bqemulator.sql.translator import SQLTranslator
from bqemulator.versioning.snapshots import SnapshotManager
from sqlglot.expressions import core

_CHANGES_ROWS = re.compile(r"(\s|--[^\n]*|/\*.*?\*/)*(insert|update|delete|merge|truncate)\b", flags=re.I | re.S)
_PLAIN = {bool, int, str, type(None)}
_KEPT = Path(__file__).resolve().parents[3] / "target" / "tests" / "translations"
PROJECT_ID = "rendezvous-unset"
"""The project of the target `emulator` in profiles.yml when no variable names one."""


def install_spatial() -> None:
    """The emulator loads DuckDB's extension `spatial` before all else, which there is as a package of its own."""
    version, folder = duckdb.__version__, Path(duckdb_extension_spatial.__file__).parent
    with duckdb.connect() as connection:
        connection.execute(f"install '{folder}/extensions/v{version}/spatial.duckdb_extension'")


def parsed_by_a_generator() -> dict[str, sqlglot.Expr]:
    """The templates of DuckDB's generator, which it copies before it fills one in; compiled, it parses all of them anew
    whenever one is made, which is for every statement it writes."""
    parsed, whole = {}, sqlglot.parse_one

    def remember(sql, *options, **named):
        return parsed.setdefault(sql, whole(sql, *options, **named))

    sqlglot.parse_one = remember
    sqlglot.Dialect.get_or_raise("duckdb").generator()
    sqlglot.parse_one = whole
    return parsed


def copy_of(value: object, memo: dict | None = None) -> object:
    """What sqlglot copies for every node of a tree, its comments and its place in the text: plain values mostly."""
    if type(value) is dict and all(type(each) in _PLAIN for each in value.values()):
        return dict(value)
    if type(value) is list and all(type(each) is str for each in value):
        return list(value)
    return copy.deepcopy(value, memo)


def spare_idle_work() -> None:
    """Work that leaves no trace in its answers.

    Syntax trees are thousands of small objects, which the garbage collector walks at every turn. A dozen functions each
    parse a statement anew, seven to see of what kind it is, two to see whether it changes rows, the others to rewrite
    what is seldom there; a copy takes a third of it. The name of a type is parsed each time it is written, tens of
    thousands of times in a build. And after every change the whole table is copied for queries into its past, which
    nobody asks here.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    core.deepcopy = copy_of
    templates, whole = parsed_by_a_generator(), sqlglot.parse_one
    short, long = (functools.lru_cache(maxsize=size)(whole) for size in (4096, 32))

    def look(sql, *options, **named):
        return (short if len(sql) < 40 else long)(sql, *options, **named)

    def parse_one(sql, *options, **named):
        return templates[sql] if sql in templates else look(sql, *options, **named).copy()

    sqlglot.parse_one = parse_one
    for looks_only in (ddl_sync, ddl_result, routine_ddl):
        looks_only.sqlglot = SimpleNamespace(parse_one=look, errors=sqlglot.errors)
    refuse, capture = executor._reject_dml_on_immutable, executor._capture_dml_snapshots

    def refuse_if_it_changes(project_id, sql, context):
        return refuse(project_id, sql, context) if _CHANGES_ROWS.match(sql) else None

    async def capture_if_it_changes(project_id, sql, context):
        return await capture(project_id, sql, context) if _CHANGES_ROWS.match(sql) else None

    executor._reject_dml_on_immutable, executor._capture_dml_snapshots = refuse_if_it_changes, capture_if_it_changes
    SnapshotManager.capture = lambda *_, **__: None


def remember_translations(folder: Path) -> None:
    """The emulators of a test run are sent the same statements: what one has translated, the others read from a file.

    A translation is made of the statement alone; nothing of the catalog is in it (structs_behind_stars), nor of who
    asks, unless the statement does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    translate, qualify = SQLTranslator.translate, table_rewriter.rewrite_table_refs

    def remembered(step: str, sql: str, work: Callable[[], Ok | Err]) -> Ok | Err:
        kept = folder / hashlib.sha256(f"{step}\n{sql}".encode()).hexdigest()
        if kept.exists():
            return Ok(kept.read_bytes().decode())
        answer = work()
        if isinstance(answer, Ok):
            mine = kept.with_suffix(f".{os.getpid()}")
            mine.write_bytes(answer.value.encode())
            mine.rename(kept)  # whoever reads it finds it whole
        return answer

    def translate_once(self, bq_sql, **named):
        work = functools.partial(translate, self, bq_sql, **named)
        return work() if "session_user" in bq_sql.lower() else remembered("translated", bq_sql, work)

    def qualify_once(duckdb_sql, project_id):
        return remembered(f"of {project_id}", duckdb_sql, lambda: Ok(qualify(duckdb_sql, project_id))).value

    SQLTranslator.translate, table_rewriter.rewrite_table_refs = translate_once, qualify_once


def translations() -> Path:
    """The folder of translations by this version of the emulator and of what mends it; those of others go."""
    made_by = [version(name) for name in ("bqemulator", "sqlglot")]
    made_by += [(Path(__file__).with_name(name)).read_text() for name in ("emulator.py", "emulator_faults.py")]
    folder = _KEPT / hashlib.sha256("\n".join(made_by).encode()).hexdigest()[:16]
    for other in _KEPT.glob("*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


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
        emulator_faults.STATEMENTS.append("set threads = 1")  # other processes want the other core
        emulator_faults.mend()
        remember_translations(translations())
    show_what_fails()
    spare_idle_work()
    asyncio.run(serve(Path(sys.argv[1])))
