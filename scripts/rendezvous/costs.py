"""What the statements of the project would cost on BigQuery, from what they read.

Estimated: the compiled SQL says which columns of which tables a statement reads and whether of some days only; a DuckDB
build of the same house says how many bytes they are. Nested columns are counted whole, caches and clustering not at
all, so the estimate errs to the dear side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import duckdb
import sqlglot

from rendezvous.column_sizes import TableSize, table_size
from rendezvous.sql_reads import Warehouse, reads

USD_PER_TIB = 6.25
"""List price on demand in the multi-regions US and EU since 2023-07-05; other regions ask more."""

TIB = 2**40
LEAST_PER_TABLE = 10 * 2**20
"""A statement is billed for at least this much of every table it reads, and in whole MiB."""
_MIB = 2**20

DAY_COLUMN = "report_date"
EXPORT_DAY_COLUMN = "table_date"


@dataclass(frozen=True)
class Cost:
    """Bytes that one statement reads, and those that are billed for it."""

    name: str
    kind: str  # model, test, brief
    processed: int
    billed: int


@dataclass
class Estimate:
    """The costs of the statements of one occasion."""

    costs: list[Cost] = field(default_factory=list)
    not_told: list[str] = field(default_factory=list)

    def total(self, kind: str = "") -> tuple[int, int]:
        """Bytes read and bytes billed, of all or of one kind."""
        chosen = [cost for cost in self.costs if kind in ("", cost.kind)]
        return sum(cost.processed for cost in chosen), sum(cost.billed for cost in chosen)


def price(billed: int, usd_per_tib: float = USD_PER_TIB) -> float:
    """USD for billed bytes."""
    return billed / TIB * usd_per_tib


def billed(bytes_by_table: Iterable[int]) -> int:
    """What is billed for a statement that reads so many bytes of each of its tables."""
    return sum(max(-(-size // _MIB) * _MIB, LEAST_PER_TABLE) for size in bytes_by_table)


class House:
    """A compiled project and the database it was built into."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, manifest: dict) -> None:
        self._connection = connection
        self.nodes = [
            node for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "test") and node.get("compiled_code")
        ]  # fmt: skip
        models = [node for node in self.nodes if node["resource_type"] == "model"]
        self._days = {_name(node): DAY_COLUMN for node in models if "by_day" in node["tags"]}
        self._days |= {
            f"{source['schema']}.{source['name']}": EXPORT_DAY_COLUMN
            for source in manifest["sources"].values() if source["source_name"] == "ga360"
        }  # fmt: skip
        self._warehouse = Warehouse(
            "duckdb",
            _columns(connection),
            {_name(node): node["compiled_code"] for node in models if node["config"]["materialized"] == "view"},
            self._days,
        )
        self.size = cache(self._size)
        self.reads = cache(lambda sql: reads(sql, self._warehouse))

    def estimate(self, later_day: bool) -> Estimate:
        """The models and data tests of a first build, or of a later day with one changed day."""
        found = Estimate()
        for node in self.nodes:
            if node["config"]["materialized"] in ("view", "ephemeral"):
                continue  # defining a view reads nothing
            try:
                tables = self._tables(node["compiled_code"], later_day)
            except (sqlglot.errors.SqlglotError, duckdb.Error) as error:
                found.not_told.append(f"{node['name']}: {error}")
                continue
            if later_day and "by_day" in node["tags"]:
                # The new rows are read back, and the day they take the place of is read before it is deleted.
                tables[f"new rows of {node['name']}"] = self.size(_name(node)).of(one_day=True)
                tables[f"old rows of {node['name']}"] = self.size(_name(node)).of(one_day=True)
            found.costs.append(self._cost(node["name"], node["resource_type"], tables))
        return found

    def statement(self, name: str, sql: str) -> Cost:
        """The cost of one statement that is no node."""
        return self._cost(name, "brief", self._tables(sql, later_day=True))

    @staticmethod
    def _cost(name: str, kind: str, tables: dict[str, int]) -> Cost:
        return Cost(name, kind, sum(tables.values()), billed(tables.values()))

    def _tables(self, sql: str, later_day: bool) -> dict[str, int]:
        """Bytes read of each table. A column is billed once for a statement, however often it is named."""
        columns: dict[str, set[str]] = {}
        whole: set[str] = set()
        for read in self.reads(sql):
            columns.setdefault(read.table, set()).update(read.columns)
            if not (later_day and read.is_bounded):
                whole.add(read.table)
        return {
            table: self.size(table).of(frozenset(names), one_day=table not in whole)
            for table, names in columns.items() if table in self._warehouse.columns
        }  # fmt: skip

    def _size(self, table: str) -> TableSize:
        return table_size(self._connection, table, self._days.get(table))


def _name(node: dict) -> str:
    return f"{node['schema']}.{node['alias']}"


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        " order by 1, ordinal_position"
    ).fetchall()
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def dry_runs(client, nodes: Iterable[dict], job_config) -> Iterator[Cost | str]:
    """BigQuery's own word for each compiled node: its cost, or why it could not be told."""
    for node in nodes:
        if node["config"]["materialized"] in ("view", "ephemeral"):
            continue
        try:
            job = client.query(node["compiled_code"], job_config=job_config)
        except Exception as error:  # the client has no one class for what a server may answer
            yield f"{node['name']}: {error}"
            continue
        processed = job.total_bytes_processed
        least = LEAST_PER_TABLE * (len(getattr(job, "referenced_tables", None) or []) or 1)
        yield Cost(
            node["name"], node["resource_type"], processed, max(billed([processed]), least) if processed else 0
        )
