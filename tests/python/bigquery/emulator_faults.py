"""What bqemulator 1.4.0 does otherwise than BigQuery, each mended in the test harness and nowhere else.

The SQL of the project stays right for BigQuery; each entry has its smallest example and a test that shows the fault is
still there (test_emulator_faults.py), so that an entry goes when the emulator has mended it.
"""

from __future__ import annotations

import itertools
import re

from bqemulator.api.routes import jobs as jobs_routes
from bqemulator.api.routes import upload as upload_routes
from bqemulator.jobs import executor
from bqemulator.scripting import interpreter
from bqemulator.sql import table_rewriter
from bqemulator.storage.engine import DuckDBEngine

ENGINES: list[DuckDBEngine] = []
"""The engine of this process, once it has started."""


def gzipped_json() -> None:
    """A load job of gzipped JSON fails; BigQuery unpacks it by its first bytes."""

    def load_json(path: str, target: str, context) -> None:
        with open(path, "rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        options = "format json, compression gzip" if packed else "format json"
        context.engine.execute(f"copy {target} from ? ({options})", [path])

    executor._LOAD_FORMAT_HANDLERS["NEWLINE_DELIMITED_JSON"] = load_json


def tables_metadata() -> None:
    """`dataset.__TABLES__` is not there; BigQuery keeps one line per table in it, with the time of its last change.

    A real table of that name is kept up to date: made when a statement names it, changed by every load job.
    """
    columns = (
        "project_id varchar, dataset_id varchar, table_id varchar, creation_time bigint, last_modified_time bigint,"
        " row_count bigint, size_bytes bigint, type bigint"
    )
    changes = itertools.count(1)
    load, rewrite = executor.execute_load_job, table_rewriter.rewrite_table_refs

    async def load_and_write_down(project_id, job_id, config, context):
        meta = await load(project_id, job_id, config, context)
        where = config["load"]["destinationTable"]
        schema, table = f'"{where["projectId"]}__{where["datasetId"]}"', where["tableId"]
        execute = context.engine.execute
        execute(f'create table if not exists {schema}."__TABLES__" ({columns})')
        created = execute(f'select min(creation_time) from {schema}."__TABLES__" where table_id = ?', [table]).fetchone()
        rows = execute(f'select count(*) from {schema}."{table}"').fetchone()[0]
        now = 1_700_000_000_000 + next(changes)
        execute(f'delete from {schema}."__TABLES__" where table_id = ?', [table])
        execute(
            f'insert into {schema}."__TABLES__" values (?, ?, ?, ?, ?, ?, ?, 1)',
            [where["projectId"], where["datasetId"], table, created[0] or now, now, rows, rows * 100],
        )
        return meta

    def rewrite_and_make(duckdb_sql: str, project_id: str) -> str:
        rewritten = rewrite(duckdb_sql, project_id)
        for schema in set(re.findall(r'"([^"]+)"\."?__TABLES__"?', rewritten)):
            ENGINES[-1].execute(f'create table if not exists "{schema}"."__TABLES__" ({columns})')
        return rewritten

    executor.rewrite_table_refs = interpreter.rewrite_table_refs = rewrite_and_make
    for module in (executor, jobs_routes, upload_routes):
        if hasattr(module, "execute_load_job"):
            module.execute_load_job = load_and_write_down


FAULTS = [gzipped_json, tables_metadata]


def mend() -> None:
    """Mends them all, in this process."""
    start = DuckDBEngine.start

    async def start_and_keep(engine: DuckDBEngine) -> None:
        await start(engine)
        ENGINES.append(engine)

    DuckDBEngine.start = start_and_keep
    for fault in FAULTS:
        fault()
