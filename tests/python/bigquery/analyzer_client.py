"""A BigQuery client whose server is Google's analyzer: it type-checks every statement and runs none.

dbt-bigquery talks to this object instead of `google.cloud.bigquery.Client`, so what is checked is what dbt would
send: models, incremental scripts, tests, unit tests, hooks, grants. A table's columns are the output types of the
statement that created it, so a wrong type in one model is found in the next. Answers are empty tables, but for
the rows a caller gives in `answers` (a piece of SQL text to the rows of its result).
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from zetasql.api import Analyzer, PreparedQuery, TableBuilder
from zetasql.types import (
    AnalyzerOptions,
    LanguageOptions,
    ParseResumeLocation,
    SimpleCatalog,
    Type,
    TypeKind,
    ZetaSQLBuiltinFunctionOptions,
)

_KINDS = {
    TypeKind.TYPE_INT64: "INTEGER", TypeKind.TYPE_STRING: "STRING", TypeKind.TYPE_BOOL: "BOOLEAN",
    TypeKind.TYPE_DOUBLE: "FLOAT", TypeKind.TYPE_BYTES: "BYTES", TypeKind.TYPE_DATE: "DATE",
    TypeKind.TYPE_TIMESTAMP: "TIMESTAMP", TypeKind.TYPE_NUMERIC: "NUMERIC", TypeKind.TYPE_DATETIME: "DATETIME",
    TypeKind.TYPE_STRUCT: "RECORD", TypeKind.TYPE_JSON: "JSON", TypeKind.TYPE_TIME: "TIME",
}


_CREATED = re.compile(
    r"create or replace (?P<kind>table|view) (?P<path>[`\w.-]+).*?\bas\s*\(?"
    r"(?P<query>\s*(?:--[^\n]*\n\s*)*(?:with|select)\b.*?)\)?\s*;?\s*$",
    re.IGNORECASE | re.DOTALL,
)


class AnalysisError(Exception):
    """A statement BigQuery would refuse: the node it belongs to, the analyzer's words with line and column."""


@dataclass
class AnalyzerClient:
    """Enough of `google.cloud.bigquery.Client` for dbt-bigquery; see the module's words."""

    project: str = "house"
    location: str = "EU"
    tables: dict[tuple[str, str], list[tuple[str, Type]]] = field(default_factory=dict)
    views: set[tuple[str, str]] = field(default_factory=set)
    datasets: set[str] = field(default_factory=set)
    answers: dict[str, list[tuple]] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._language = language_of_bigquery()
        self._options = AnalyzerOptions(language_options=self._language)
        self._builtin = ZetaSQLBuiltinFunctionOptions(language_options=self._language)

    # -- what the analyzer does

    def declare(self, dataset: str, ddl: str) -> None:
        """Adds the table of a CREATE TABLE statement to the catalog."""
        statement = Analyzer.analyze_statement_static(ddl, self._options, self._catalog(ddl))
        name = statement.name_path[-1]
        self.keep(dataset, name, [(c.name, c.type) for c in statement.column_definition_list])

    def analyze(self, sql: str):
        """Type-checks one script; returns its last resolved statement. Raises AnalysisError."""
        with self._lock:
            location = ParseResumeLocation(input=sql, byte_position=0)
            last = None
            length = len(sql.encode())
            while location.byte_position < length and sql.encode()[location.byte_position:].strip():
                self.statements.append(sql)
                try:
                    statement = Analyzer(self._options, self._catalog(sql)).analyze_next_statement(location)
                except Exception as error:  # the package raises one class for all
                    if "Error parsing message" in str(error):
                        return self._prepare(sql)
                    self.errors.append(f"{error}\n{sql}")
                    raise AnalysisError(f"{error}") from None
                if statement is None:
                    break
                self._apply(statement)
                last = statement
            return last

    def _prepare(self, sql: str):
        """Checks a statement whose resolved tree is too deep for the package to hand over: its query, prepared, gives
        the same checks and the output columns alone."""
        created = _CREATED.search(sql)
        query = PreparedQuery.builder().set_sql(created["query"] if created else sql)
        try:
            prepared = query.set_analyzer_options(self._options).set_catalog(self._catalog(sql)).prepare()
        except Exception as error:
            self.errors.append(f"{error}\n{sql}")
            raise AnalysisError(f"{error}") from None
        columns = [(column.name, column.type) for column in prepared.columns]
        prepared.close()
        if created:
            dataset, name = created["path"].replace("`", "").split(".")[-2:]
            self.keep(dataset, name, columns)
            if created["kind"] == "view":
                self.views.add((dataset, name))
        outputs = [SimpleNamespace(name=name, column=SimpleNamespace(type=kind)) for name, kind in columns]
        return SimpleNamespace(output_column_list=outputs)

    def _catalog(self, sql: str) -> SimpleCatalog:
        """The tables a script may mean, as `dataset.table` and `project.dataset.table`: those it has the names of.

        A catalog is sent to the analyzer with each statement, and the nested exports are large.
        """
        datasets: dict[str, SimpleCatalog] = {}
        for (dataset, name), columns in self.tables.items():
            if name in sql and dataset in sql:
                table = TableBuilder(name)
                for column, kind in columns:
                    table.add_column(column, kind)
                datasets.setdefault(dataset, SimpleCatalog(name=dataset)).table.append(table.build())
        catalog = SimpleCatalog(name="bigquery", builtin_function_options=self._builtin)
        catalog.catalog.extend([SimpleCatalog(name=self.project, catalog=list(datasets.values())), *datasets.values()])
        return catalog

    def _apply(self, statement) -> None:
        kind = type(statement).__name__
        if kind in ("ResolvedCreateTableAsSelectStmt", "ResolvedCreateViewStmt"):
            columns = [(c.name, c.column.type) for c in statement.output_column_list]
            self.keep(statement.name_path[-2], statement.name_path[-1], columns)
            if kind == "ResolvedCreateViewStmt":
                self.views.add((statement.name_path[-2], statement.name_path[-1]))
        elif kind == "ResolvedCreateTableStmt":
            columns = [(c.name, c.type) for c in statement.column_definition_list]
            self.keep(statement.name_path[-2], statement.name_path[-1], columns)
        elif kind == "ResolvedDropStmt":
            self.tables.pop(tuple(statement.name_path[-2:]), None)

    def keep(self, dataset: str, name: str, columns: list[tuple[str, Type]]) -> None:
        """Puts a table into the catalog, in place of one of that name."""
        self.datasets.add(dataset)
        self.tables[dataset, name] = columns

    # -- what dbt-bigquery calls

    def query(self, query: str, job_config=None, job_id: str | None = None, **_):
        statement = self.analyze(query)
        rows = next((rows for text, rows in self.answers.items() if text in query), [])
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
            table = bigquery.Table(reference, schema=[_field(n, k) for n, k in self.tables[key]])
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

    def delete_table(self, reference, **_):
        with self._lock:
            self.tables.pop((reference.dataset_id, reference.table_id), None)

    def update_table(self, table, *_, **__):
        return table

    def load_table_from_file(self, file, reference, job_config=None, **_):
        columns = [(f.name, type_named(f.field_type)) for f in (job_config.schema or [])]
        with self._lock:
            self.keep(reference.dataset_id, reference.table_id, columns)
        return SimpleNamespace(result=lambda **_: SimpleNamespace(state="DONE", error_result=None))

    def close(self) -> None:
        """Nothing to close."""


class _Job:
    """A query job that is done."""

    def __init__(self, client: AnalyzerClient, statement, rows: list[tuple], job_id: str | None) -> None:
        kind = type(statement).__name__
        self.statement_type = {
            "ResolvedQueryStmt": "SELECT", "ResolvedCreateTableAsSelectStmt": "CREATE_TABLE_AS_SELECT",
            "ResolvedCreateViewStmt": "CREATE_VIEW", "ResolvedMergeStmt": "MERGE", "ResolvedInsertStmt": "INSERT",
            "ResolvedDeleteStmt": "DELETE", "ResolvedUpdateStmt": "UPDATE",
        }.get(kind, "SCRIPT")
        self.location, self.project, self.job_id = client.location, client.project, job_id
        self.total_bytes_processed = self.total_bytes_billed = self.slot_millis = 0
        self.num_dml_affected_rows = 0
        self.destination = SimpleNamespace(dataset_id="_", table_id="_")
        self._schema = (
            [_field(c.name, c.column.type) for c in statement.output_column_list] if kind == "ResolvedQueryStmt" else []
        )
        self._rows = rows
        if self.statement_type in ("SELECT", "CREATE_TABLE_AS_SELECT"):
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


def language_of_bigquery() -> LanguageOptions:
    """The language BigQuery offers, not the analyzer's maximum."""
    language = LanguageOptions.maximum_features()
    # Reserved in BigQuery, so that it may follow FROM; not reserved by default in the analyzer.
    language.reserved_keywords = ["QUALIFY"]
    return language


def type_named(name: str) -> Type:
    """The analyzer's type for a scalar type by its name in BigQuery."""
    kind = {value: key for key, value in _KINDS.items()}
    alias = {"INT64": "INTEGER", "BOOL": "BOOLEAN", "FLOAT64": "FLOAT"}
    return Type(type_kind=kind[alias.get(name.upper(), name.upper())])


def _field(name: str, kind: Type) -> bigquery.SchemaField:
    if kind.type_kind == TypeKind.TYPE_ARRAY:
        element = kind.array_type.element_type
        inner = _field(name, element)
        return bigquery.SchemaField(name, inner.field_type, mode="REPEATED", fields=inner.fields)
    if kind.type_kind == TypeKind.TYPE_STRUCT:
        fields = tuple(_field(f.field_name, f.field_type) for f in kind.struct_type.field)
        return bigquery.SchemaField(name, "RECORD", fields=fields)
    return bigquery.SchemaField(name, _KINDS[kind.type_kind])
