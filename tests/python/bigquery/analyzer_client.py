"""A BigQuery client whose server is Google's analyzer: it type-checks every statement and runs none.

dbt-bigquery talks to this object instead of `google.cloud.bigquery.Client`, so what is checked is what dbt would
send: models, incremental scripts, tests, unit tests, hooks, grants. A table's columns are the output types of the
statement that created it, so a wrong type in one model is found in the next. Answers are empty tables, but for
the rows a caller gives in `answers` (a piece of SQL text to the rows of its result, or to one result after another).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

from dbt_common.events.contextvars import get_node_info
from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.protobuf.message import Message
from googlesql import Columns, GoogleSql, RefusedError, Statement, Type, function_message, table_message, type_named
from zetasql.types import TypeKind

_OF_API = {
    "INT64": "INTEGER", "BOOL": "BOOLEAN", "DOUBLE": "FLOAT", "STRUCT": "RECORD"
}  # fmt: skip
_OF_STATEMENTS = {"query": "SELECT", "begin": "SCRIPT"}
_FILLING = ("create_table", "create_table_as_select", "create_view")
# dbt sends the SQL of a unit test twice: first as a table without rows, to learn its columns, then to compare its rows.
_WITHOUT_ROWS = re.compile(
    r"(?P<before>.*\bcreate or replace table\b.*?\bselect \* from \()"
    r"(?P<sql>.*)(?P<after>\) as __dbt_sbq\s+where false\b.*)",
    flags=re.S,
)


@dataclass(frozen=True)
class Sent:
    """A statement that dbt sent: the node it is of (empty for hooks of the run), its kind, its text."""

    node: str
    kind: str
    sql: str


@dataclass(frozen=True)
class Refusal:
    """A script the analyzer refused: the node, the analyzer's words, the whole script."""

    node: str
    words: str
    sql: str


@dataclass
class AnalyzerClient:
    """Enough of `google.cloud.bigquery.Client` for dbt-bigquery; see the module's words."""

    project: str = "house"
    location: str = "EU"
    tables: dict[tuple[str, str], Columns] = field(default_factory=dict)
    views: set[tuple[str, str]] = field(default_factory=set)
    datasets: set[str] = field(default_factory=set)
    answers: dict[str, list[tuple] | Iterator[list[tuple]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    functions: list[Message] = field(default_factory=list)
    tagged: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    tested: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Dataset and name of the model that a unit test tests."""
    put_off: dict[str, str] = field(default_factory=dict)
    """SQL of unit tests that the next statement of the test must hold, where it is analysed."""

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._analyzer = GoogleSql()
        self._messages: dict[tuple[str, str], Message] = {}

    # -- what the analyzer does

    def declare(self, dataset: str, ddl: str, name: str = "") -> Columns:
        """Adds the table of a CREATE TABLE statement to the catalog, under another name if one is given."""
        statement = self._analyzer.first(ddl)
        self.keep(dataset, name or statement.path[-1], statement.columns)
        return statement.columns

    def analyze(self, sql: str, node: str = "") -> Statement | None:
        """Type-checks one script of a node (that which dbt is at work on); returns its last statement. Raises
        RefusedError."""
        last, node = None, node or (get_node_info() or {}).get("unique_id", "")
        with self._lock:
            script = self._with_model(node, sql)
            if script == sql and self.put_off.get(node, sql) not in sql:
                self.analyze(self.put_off.pop(node), node)
            try:
                for last in self._analyzer.analyze(script, self._messages, self.project, self.functions):
                    self.sent.append(Sent(node, last.kind, last.text if script == sql else sql))
                    self._apply(last)
            except RefusedError as error:
                self.refused.append(Refusal(node, str(error), script))
                raise
            if script == sql:
                self.put_off.pop(node, None)
        return last

    def _with_model(self, node: str, sql: str) -> str:
        """The statement; that by which a unit test learns its columns, with the tested model in the place of the SQL.

        Fixtures are cast to the types of the model's inputs, so its columns are the model's. Analysing the same SQL
        twice took a fifth of the whole analysis; what is left out here is put off to the next statement of the test.
        """
        found = _WITHOUT_ROWS.fullmatch(sql)
        if not found or self.tested.get(node) not in self.tables:
            return sql
        self.put_off[node] = found["sql"].strip()
        dataset, name = self.tested[node]
        return f"{found['before']}select * from `{dataset}`.`{name}`{found['after']}"

    def _apply(self, statement: Statement) -> None:
        key = statement.path[-2:]
        if statement.kind in _FILLING:
            self.keep(*key, statement.columns)
            self.views.discard(key)
            if statement.kind == "create_view":
                self.views.add(key)
        elif statement.kind == "drop":
            self.drop(*key)
        elif statement.kind == "create_function":
            self.functions.append(function_message(statement))

    def keep(self, dataset: str, name: str, columns: Columns) -> None:
        """Puts a table into the catalog, in place of one of that name."""
        self.datasets.add(dataset)
        self.tables[dataset, name] = columns
        self._messages[dataset, name] = table_message(name, columns)

    def drop(self, dataset: str, name: str) -> None:
        """Takes a table out of the catalog, if it is there."""
        self.tables.pop((dataset, name), None)
        self._messages.pop((dataset, name), None)

    # -- what dbt-bigquery calls

    def query(self, query: str, job_config=None, job_id: str | None = None, **_):
        statement = self.analyze(query)
        rows = next((rows for text, rows in self.answers.items() if text in query), [])
        rows = next(rows) if isinstance(rows, Iterator) else rows
        if not rows and "as should_error" in query:
            rows = [(0, False, False)]
        return _Job(self, statement, rows, job_id)

    def get_table(self, reference, **_):
        with self._lock:
            if isinstance(reference, str):
                reference = bigquery.TableReference.from_string(reference, self.project)
            key = (reference.dataset_id, reference.table_id)
            if key not in self.tables:
                raise NotFound(f"Not found: Table {key}")
            schema = [_field(name, kind) for name, kind in self.tables[key]]
            table = bigquery.Table(reference, schema=schema)
            table._properties["type"] = "VIEW" if key in self.views else "TABLE"
            table._properties["numRows"] = "0"
            return table

    def list_tables(self, dataset, **_):
        name = dataset.dataset_id if hasattr(dataset, "dataset_id") else str(dataset).split(".")[-1]
        return [
            SimpleNamespace(
                project=self.project, dataset_id=d, table_id=t,
                table_type="VIEW" if (d, t) in self.views else "TABLE",
            )
            for d, t in list(self.tables)
            if d == name
        ]

    def list_routines(self, dataset, **_):
        return []

    def get_routine(self, reference, **_):
        """No dataset of the project holds a routine; dbt asks for one when a table is not there."""
        raise NotFound(f"Not found: Routine {reference}")

    def list_datasets(self, **_):
        return [SimpleNamespace(dataset_id=name) for name in sorted(self.datasets)]

    def get_dataset(self, reference, **_):
        name = reference.dataset_id if hasattr(reference, "dataset_id") else str(reference).split(".")[-1]
        if name not in self.datasets:
            raise NotFound(f"Not found: Dataset {name}")
        return bigquery.Dataset(f"{self.project}.{name}")

    def create_dataset(self, dataset, **_):
        self.datasets.add(dataset.dataset_id)
        return dataset

    def update_dataset(self, dataset, *_, **__):
        return dataset

    def delete_table(self, reference, **_):
        with self._lock:
            self.drop(reference.dataset_id, reference.table_id)

    def update_table(self, table, *_, **__):
        names = {column.name for column in table.schema if column.policy_tags and column.policy_tags.names}
        self.tagged[table.dataset_id, table.table_id] = names
        return table

    def load_table_from_file(self, file, reference, job_config=None, **_):
        columns = [(f.name, type_named(f.field_type)) for f in (job_config.schema or [])]
        with self._lock:
            self.sent.append(Sent((get_node_info() or {}).get("unique_id", ""), "load", ""))
            self.keep(reference.dataset_id, reference.table_id, columns)
        return SimpleNamespace(result=lambda **_: SimpleNamespace(state="DONE", error_result=None))

    def close(self) -> None:
        """Nothing to close."""


class _Job:
    """A query job that is done."""

    def __init__(self, client: AnalyzerClient, statement, rows: list[tuple], job_id: str | None) -> None:
        kind = statement.kind if statement else "script"
        self.statement_type = _OF_STATEMENTS.get(kind, kind.upper())
        self.location, self.project, self.job_id = client.location, client.project, job_id
        self.total_bytes_processed = self.total_bytes_billed = self.slot_millis = 0
        self.num_dml_affected_rows = 0
        self._schema = [_field(name, of) for name, of in statement.columns] if kind == "query" else []
        self._rows = rows
        client.tables.setdefault(("_", "_"), [])
        self.destination = bigquery.TableReference.from_string(f"{client.project}._._")

    def result(self, **_):
        names = [field.name for field in self._schema]
        rows = _Rows(dict(zip(names, row, strict=True)) for row in self._rows)
        rows.schema = self._schema
        rows.total_rows = len(rows)
        return rows

    def cancel(self) -> None:
        """Nothing runs."""


class _Rows(list):
    """Rows with a schema, as a RowIterator has."""


def _field(name: str, kind: Type) -> bigquery.SchemaField:
    if kind.type_kind == TypeKind.TYPE_ARRAY:
        inner = _field(name, kind.array_type.element_type)
        return bigquery.SchemaField(name, inner.field_type, mode="REPEATED", fields=inner.fields)
    if kind.type_kind == TypeKind.TYPE_STRUCT:
        fields = tuple(_field(f.field_name, f.field_type) for f in kind.struct_type.field)
        return bigquery.SchemaField(name, "RECORD", fields=fields)
    written = TypeKind(kind.type_kind).name.removeprefix("TYPE_")
    return bigquery.SchemaField(name, _OF_API.get(written, written))
